import { readFileSync } from 'node:fs';

/** A request as OpenAI's Python client sends it, written after its documentation. */
export type Recording = {
  /** The line of Python that sends it. */
  call: string;
  method: string;
  path: string;
  /** Without those that say who sends it and where to. */
  headers: Record<string, string>;
  body?: unknown;
};

/** @param name the file's, without its end: `chat-stream` */
export function readRecording(name: string): Recording {
  const file = new URL(`${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Recording;
}
