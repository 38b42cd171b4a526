import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StallOrder, StartOrder, WorkerMessage } from './worker-process.ts';
import { workerProgram } from './worker-program.ts';

/** Workers of one installation as processes. Whoever dies is replaced, as a supervisor would. */
export class Crew {
  readonly #order: StartOrder;
  readonly #size: number;
  readonly #members = new Set<ChildProcess>();
  readonly #ready = new Set<ChildProcess>();
  readonly #names = new Map<ChildProcess, string>();
  #spare: Promise<ChildProcess> | undefined;
  #stopping = false;
  /** How many died by SIGKILL. */
  killed = 0;
  /** Ends that nobody wished for: an exit code, or another signal. */
  readonly accidents: string[] = [];

  constructor(order: StartOrder, size: number) {
    this.#order = order;
    this.#size = size;
  }

  get members(): readonly ChildProcess[] {
    return [...this.#members];
  }

  /** Those who claim already. */
  get ready(): readonly ChildProcess[] {
    return [...this.#ready];
  }

  async start(): Promise<void> {
    await Promise.all(Array.from({ length: this.#size }, () => this.hire()));
    this.#spare = load();
  }

  /** One worker more. Resolves when it claims. */
  async hire(): Promise<ChildProcess> {
    const loaded = this.#spare ?? load();
    this.#spare = undefined;
    const member = await loaded;
    this.#members.add(member);
    member.once('exit', (code, signal) => this.#left(member, code, signal));
    const ready = new Promise<void>((resolve) => {
      member.once('exit', () => resolve());
      member.on('message', (message: WorkerMessage) => {
        if (message === 'ready') resolve();
        else if (message !== 'loaded') this.#names.set(member, message.worker);
      });
    });
    member.send({
      ...this.#order,
      // Agents here name their models: no default one is looked for, nor made ready.
      environment: { MISTRAL_API_KEY: 'unused', ...this.#order.environment },
    } satisfies StartOrder);
    await ready;
    if (this.#members.has(member)) this.#ready.add(member);
    return member;
  }

  /** By which name this process claims, as `run.claimed` tells it. */
  nameOf(member: ChildProcess): string | undefined {
    return this.#names.get(member);
  }

  /** Keeps a worker's main thread busy for so long, ms. */
  stall(member: ChildProcess, time: number): void {
    member.send({ stall: time } satisfies StallOrder);
  }

  /** Ends a worker without a chance to say anything. */
  kill(member: ChildProcess): void {
    this.#ready.delete(member);
    member.kill('SIGKILL');
  }

  /** Asks a worker to stop, and resolves to its exit code. It is not replaced. */
  async dismiss(member: ChildProcess): Promise<number | null> {
    this.#members.delete(member);
    this.#ready.delete(member);
    const exit = once(member, 'exit');
    member.kill('SIGTERM');
    const [code] = (await exit) as [number | null];
    return code;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    const all = [...this.#members, ...(this.#spare === undefined ? [] : [await this.#spare])];
    await Promise.all(
      all.map(async (member) => {
        if (member.exitCode !== null || member.signalCode !== null) return;
        const exit = once(member, 'exit');
        member.kill('SIGKILL');
        await exit;
      }),
    );
  }

  #left(member: ChildProcess, code: number | null, signal: string | null): void {
    this.#ready.delete(member);
    if (!this.#members.delete(member) || this.#stopping) return;
    if (signal === 'SIGKILL') this.killed += 1;
    else this.accidents.push(`a worker ended with ${signal ?? code}`);
    this.hire().then(
      () => {
        if (!this.#stopping) this.#spare ??= load();
      },
      () => {},
    );
  }
}

/** A process that has loaded its code and waits for its order. */
async function load(): Promise<ChildProcess> {
  const child = fork(await workerProgram(), [], {
    env: {
      ...process.env,
      // Node's own place for it: a worker that is replaced loads in half the time.
      NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache'),
    },
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  await once(child, 'message');
  return child;
}
