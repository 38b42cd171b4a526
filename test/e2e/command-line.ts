import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { DevEvent } from '../../src/surfaces/cli/dev/dev-event.ts';
import type { Place } from './place.ts';

const program = fileURLToPath(new URL('../../bin/bulkhead.js', import.meta.url));

/** What a command that ended wrote, and its exit code. */
export type Ended = { code: number | null; out: string; error: string };

function start({ folder, environment }: Place, words: readonly string[]): ChildProcess {
  return spawn(process.execPath, [program, ...words], {
    cwd: folder,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Runs a command to its end. */
export function run(place: Place, ...words: string[]): Promise<Ended> {
  const child = start(place, words);
  let out = '';
  let error = '';
  child.stdout?.setEncoding('utf8').on('data', (text) => {
    out += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    error += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, out, error }));
  });
}

/** Runs a client command with `--json` against a server, and reads its answer. */
export async function ask<Answer>(place: Place, dev: { url: string }, ...words: string[]): Promise<Answer> {
  const { code, out, error } = await run(at(place, dev), ...words, '--json');
  if (code !== 0) throw new Error(`bulkhead ${words.join(' ')} ended with ${code}: ${error}`);
  return JSON.parse(out);
}

/** The place, from where a server's commands are given. */
export function at(place: Place, { url }: { url: string }): Place {
  return { ...place, environment: { ...place.environment, BULKHEAD_URL: url } };
}

type Named<Name extends DevEvent['event']> = Extract<DevEvent, { event: Name }>;

/** A command that stays up: `dev`, `server` or `worker`. */
export class Up {
  readonly events: DevEvent[] = [];
  /** Everything that it wrote, of both kinds. */
  readonly lines: string[] = [];
  readonly exited: Promise<number | null>;
  readonly #child: ChildProcess;
  readonly #waiting = new Set<() => void>();
  #over = false;

  /** Of `dev --json` the events are read. */
  constructor(place: Place, ...words: string[]) {
    this.#child = start(place, words);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream !== null) createInterface({ input: stream }).on('line', (line) => this.#hear(line));
    }
    this.exited = new Promise((resolve) => {
      this.#child.once('close', (code) => {
        this.#over = true;
        this.#tell();
        resolve(code);
      });
    });
  }

  /** Of the API. */
  get url(): string {
    const started = this.events.find((event): event is Named<'started'> => event.event === 'started');
    return started?.url ?? /http:\/\/127\.0\.0\.1:\d+/.exec(this.lines.join('\n'))?.[0] ?? '';
  }

  /** The first event of a name, from now or before, that satisfies. Fails when the process ends first. */
  async until<Name extends DevEvent['event']>(
    name: Name,
    satisfies: (event: Named<Name>) => boolean = () => true,
  ): Promise<Named<Name>> {
    const isIt = (event: DevEvent): event is Named<Name> =>
      event.event === name && satisfies(event as Named<Name>);
    return this.#await(() => this.events.find(isIt), name);
  }

  /** The first line that matches, from now or before. */
  untilLine(pattern: RegExp): Promise<string> {
    return this.#await(() => this.lines.find((line) => pattern.test(line)), String(pattern));
  }

  /** Sends a signal, and waits for the end. */
  async end(signal: NodeJS.Signals = 'SIGINT'): Promise<number | null> {
    this.#child.kill(signal);
    return this.exited;
  }

  async #await<Found>(find: () => Found | undefined, what: string): Promise<Found> {
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      if (this.#over) throw new Error(`It ended before ${what}:\n${this.lines.join('\n')}`);
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  #hear(line: string): void {
    this.lines.push(line);
    if (line.startsWith('{"event":')) this.events.push(JSON.parse(line));
    this.#tell();
  }

  #tell(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}
