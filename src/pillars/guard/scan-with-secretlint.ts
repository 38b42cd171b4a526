import { lintSource } from '@secretlint/core';
import { secretLintProfiler } from '@secretlint/profiler';
import { rules } from '@secretlint/secretlint-rule-preset-recommend';
import type { Finding } from './redact-text.ts';

// It marks each rule of each scan in Node's timeline, which keeps every mark for ever.
secretLintProfiler.setEnabled(false);

const PREFIX = '@secretlint/secretlint-rule-';
// No text holds this line, and no rule of the preset reads across it.
const BETWEEN = '\n\u0000\n';
const REST_OF_TOKEN = /[\w+/=.~-]*/y;

/** Left out of the preset. */
const UNUSED = new Set(
  [
    // Comments that switch rules off are for one's own source; in a tool's output they would be the attacker's.
    'filter-comments',
    // Reads files.
    'gcp',
    // The pattern of connection strings hides less of the same, and knows every scheme.
    'basicauth',
    'database-connection-string',
  ].map((name) => PREFIX + name),
);

const config = {
  rules: rules.filter(({ meta }) => !UNUSED.has(meta.id)).map((rule) => ({ id: rule.meta.id, rule })),
};

/**
 * Looks for credentials with the rules of secretlint's recommended preset: all texts at once, because most of its cost is
 * that of a call. For the same reason what the same turn of the event loop brings is one scan.
 *
 * @returns by text, what it found, in order and apart
 */
export function scanWithSecretlint(texts: readonly string[]): Promise<Map<string, Finding[]>> {
  return new Promise((resolve, reject) => {
    if (waiting.length === 0) setImmediate(scanWaiting);
    waiting.push({ texts, resolve, reject });
  });
}

type Waiting = {
  texts: readonly string[];
  resolve: (found: Map<string, Finding[]>) => void;
  reject: (error: unknown) => void;
};

let waiting: Waiting[] = [];

function scanWaiting(): void {
  const group = waiting;
  waiting = [];
  scan([...new Set(group.flatMap(({ texts }) => texts))]).then(
    (found) => {
      for (const { texts, resolve } of group) {
        resolve(new Map(texts.flatMap((text) => (found.has(text) ? [[text, found.get(text) ?? []]] : []))));
      }
    },
    // Which of the texts it was that cannot be scanned, nobody knows: each is asked for again, alone.
    (error) => {
      for (const { texts, resolve, reject } of group) {
        if (group.length === 1) reject(error);
        else scan(texts).then(resolve, reject);
      }
    },
  );
}

async function scan(texts: readonly string[]): Promise<Map<string, Finding[]>> {
  const content = texts.join(BETWEEN);
  const { messages } = await lintSource({
    source: { content, filePath: 'output.txt', ext: '.txt', contentType: 'text' },
    options: { config, noPhysicFilePath: true },
  });
  const found = new Map<string, Finding[]>();
  const ranges = messages.map(({ ruleId, range }) => ({ range, name: ruleId.replace(PREFIX, '') }));
  ranges.sort((a, b) => a.range[0] - b.range[0]);
  let offset = 0;
  let next = 0;
  for (const text of texts) {
    const end = offset + text.length;
    const findings: Finding[] = [];
    for (
      let message = ranges[next];
      message !== undefined && message.range[0] < end;
      message = ranges[++next]
    ) {
      const start = Math.max(message.range[0] - offset, findings.at(-1)?.end ?? 0);
      const last = endOfToken(text, Math.min(message.range[1] - offset, text.length));
      if (last > start) findings.push({ start, end: last, name: message.name });
    }
    if (findings.length > 0) found.set(text, findings);
    offset = end + BETWEEN.length;
  }
  return found;
}

/** Some rules report a range that ends within the credential. */
function endOfToken(text: string, from: number): number {
  REST_OF_TOKEN.lastIndex = from;
  return from + (REST_OF_TOKEN.exec(text)?.[0].length ?? 0);
}
