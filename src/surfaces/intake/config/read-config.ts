import { readFile } from 'node:fs/promises';
import { BulkheadError } from '../../../contract/errors.ts';
import { resolveSource } from './resolve-source.ts';
import { isSameQueue } from './same-queue.ts';
import { IntakeFileSchema } from './schema.ts';
import type { IntakeSource } from './source.ts';

/**
 * Reads the file that says which queues runs come from.
 *
 * @param file its path; without one there are no queues
 * @param options.environment where addresses that are written as `$NAME` come from
 * @param options.tenant whose runs they become where a source names no tenant
 * @example
 * await readIntakeConfig('intake.json', { environment: process.env, tenant: 'default' });
 * @throws BulkheadError `invalid_intake`
 */
export async function readIntakeConfig(
  file: string | undefined,
  options: { environment: Readonly<Record<string, string | undefined>>; tenant: string },
): Promise<IntakeSource[]> {
  if (file === undefined || file === '') return [];
  const refuse = (reason: string) =>
    new BulkheadError({
      code: 'invalid_intake',
      message: `The intake file ${file} cannot be used: ${reason}. It holds {"sources": [{"broker": "amqp://…", "queue": "runs"}]}; correct it and start again.`,
    });
  const content = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw refuse(error.code === 'ENOENT' ? 'there is no such file' : error.message);
  });
  const parsed = IntakeFileSchema.safeParse(parse(content, refuse));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw refuse(`${issue?.path.join('.') || 'the whole'}: ${issue?.message ?? 'is not of its form'}`);
  }
  const sources = parsed.data.sources.map((source, index) =>
    resolveSource(source, options, (reason) => refuse(`sources.${index}: ${reason}`)),
  );
  const names = new Set(sources.map(({ name }) => name));
  if (names.size < sources.length) {
    throw refuse('two sources have the same name; give one of them another "name"');
  }
  refuseLoops(sources, options.environment, refuse);
  return sources;
}

/** What is refused must not come back: it would be refused again, for ever and as fast as the broker can. */
function refuseLoops(
  sources: readonly IntakeSource[],
  environment: Readonly<Record<string, string | undefined>>,
  refuse: (reason: string) => BulkheadError,
): void {
  for (const [index, { kind, broker, deadLetter }] of sources.entries()) {
    const dead = { kind, broker, queue: deadLetter };
    const taker = sources.findIndex((source) => isSameQueue(source, dead, environment));
    if (taker < 0) continue;
    const whose = taker === index ? 'its own "queue"' : `the "queue" of sources.${taker}`;
    throw refuse(
      `sources.${index}: "deadLetter" is ${whose} ("${deadLetter}"), so a message that can never become a run would come back for ever; name a queue that nothing makes runs of`,
    );
  }
}

function parse(content: string, refuse: (reason: string) => BulkheadError): unknown {
  try {
    return JSON.parse(content);
  } catch {
    throw refuse('it is not valid JSON');
  }
}
