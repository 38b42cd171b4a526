import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BulkheadError } from '../../../contract/errors.ts';
import type { RunSubmission } from '../client/index.ts';

/** What `bulkhead dev` starts beside a project: the systems that its tools talk to. */
export type ProjectServices = {
  /** Each a program and its arguments. */
  commands: [string, ...string[]][];
  /** What is added to their environment. */
  environment: Record<string, string>;
};

/**
 * The services that a project's package.json asks for, in the field `bulkhead`:
 * `"services": [["node", "backend/server.ts"]], "env": { "PORT": "7461" }`.
 *
 * @throws BulkheadError `invalid_project`
 */
export async function readServices(folder: string): Promise<ProjectServices> {
  const file = await readJson(join(folder, 'package.json'), 'invalid_project');
  const declared = isRecord(file) && isRecord(file.bulkhead) ? file.bulkhead : {};
  const { services = [], env = {} } = declared;
  if (!Array.isArray(services) || !services.every(isCommand)) {
    throw invalidProject(
      folder,
      'bulkhead.services must be a list of commands, as in [["node", "backend/server.ts"]]',
    );
  }
  if (!isRecord(env) || !Object.values(env).every((value) => typeof value === 'string')) {
    throw invalidProject(folder, 'bulkhead.env must hold texts, as in { "PORT": "7461" }');
  }
  return { commands: services, environment: env as Record<string, string> };
}

/**
 * The runs that a project's `tasks.json` asks for, each a body of `POST /v1/runs`; none when there is no such
 * file. The server checks what is in them.
 *
 * @throws BulkheadError `invalid_tasks`
 */
export async function readTasks(folder: string): Promise<RunSubmission[]> {
  const path = join(folder, 'tasks.json');
  const tasks = await readJson(path, 'invalid_tasks');
  if (tasks === undefined) return [];
  if (Array.isArray(tasks) && tasks.every((task) => isRecord(task) && typeof task.agent === 'string')) {
    return tasks;
  }
  throw new BulkheadError({
    code: 'invalid_tasks',
    message: `${path} must be a list of runs, as in [{ "agent": "support", "input": "Is my line up?" }]. Correct it, or leave it out with --no-tasks.`,
  });
}

async function readJson(path: string, code: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new BulkheadError({ code, message: `${path} is not valid JSON: ${reason}. Correct it.` });
  }
}

function invalidProject(folder: string, problem: string): BulkheadError {
  return new BulkheadError({
    code: 'invalid_project',
    message: `In ${join(folder, 'package.json')} ${problem}. Correct it.`,
  });
}

function isCommand(value: unknown): value is [string, ...string[]] {
  return (
    Array.isArray(value) && value.length > 0 && value.every((word) => typeof word === 'string' && word !== '')
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
