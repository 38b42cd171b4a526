import type { ChildProcess } from 'node:child_process';
import {
  isSameProcessAlive,
  type ProcessIdentity,
} from '../../../src/foundation/store/embedded/process-identity.ts';
import type { ChaosWorld } from '../chaos-world.ts';
import { endProcess } from '../end-process.ts';
import { type CodeHost, codeHostsOf } from './code-hosts.ts';
import type { OwnDatabase } from './own-database.ts';
import { type Kill, nameOf } from './plan-storm.ts';
import { until } from './until.ts';

/** A worker by its name, or the database, and when it was killed: ms since 1970. */
export type Death = { at: number; worker?: string; database?: true };

/** How often the killer looks around, ms. */
const LOOK = 200;
/** Workers that live and have no run that is executed alone. */
const INNOCENT = `SELECT id FROM worker WHERE NOT EXISTS (
  SELECT 1 FROM run WHERE run.worker = worker.id AND status = 'running' AND host_deaths > 0
)`;
const SIGNALS = { immediate: 'SIGQUIT', kill: 'SIGKILL' } as const;

/** Carries out kills, and remembers them. */
export class Killer {
  readonly #world: ChaosWorld;
  readonly #database: OwnDatabase;
  /** Code hosts in which no run is alone, as processes that no later one with the same number is mistaken for. */
  readonly #shared = new Map<number, ProcessIdentity>();
  #looked = 0;
  readonly deaths: Death[] = [];
  /** How many of each kind. */
  readonly counts = new Map<string, number>();

  constructor(world: ChaosWorld, database: OwnDatabase) {
    this.#world = world;
    this.#database = database;
  }

  /** Waits until all its victims are there, and then kills them in one moment. */
  async strike(kill: Kill): Promise<void> {
    const postmaster = kill.database === undefined ? undefined : await this.#database.postmaster();
    const host = kill.codeHost ? await until('code host', () => this.#host(kill.victim)) : undefined;
    const member = kill.worker ? await until('worker', () => this.#member(kill.victim, host)) : undefined;
    const at = Date.now();
    if (host !== undefined) endProcess(host.pid, 'SIGKILL');
    if (member !== undefined) {
      this.#world.crew.kill(member);
      const worker = this.#world.crew.nameOf(member);
      this.deaths.push({ at, ...(worker === undefined ? {} : { worker }) });
    }
    if (postmaster !== undefined && kill.database !== undefined) {
      endProcess(postmaster, SIGNALS[kill.database]);
      this.deaths.push({ at, database: true });
    }
    const name = nameOf(kill);
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }

  /** Rather one whose code host does not die with it anyway. */
  #member(victim: number, host: { worker: number } | undefined): ChildProcess | undefined {
    const { ready } = this.#world.crew;
    const others = ready.filter(({ pid }) => pid !== host?.worker);
    const candidates = others.length > 0 ? others : ready;
    return candidates[victim % candidates.length];
  }

  /** One that is known to be shared, and of a worker that is there. */
  async #host(victim: number): Promise<CodeHost | undefined> {
    const hosts = await codeHostsOf(this.#world.crew.ready.map(({ pid }) => pid));
    const shared = hosts.filter(({ pid }) => {
      const known = this.#shared.get(pid);
      return known !== undefined && isSameProcessAlive(known);
    });
    if (shared.length === 0) await this.lookAround();
    return shared[victim % shared.length];
  }

  /**
   * Learns which code hosts may be killed. A run whose host died under it is executed alone, in a host of its own,
   * and fails, as it should, when that dies too. So a host is known to be shared only if it was there when its
   * worker, which nobody has declared dead, had no such run. To be called again and again: it looks now and then.
   */
  async lookAround(): Promise<void> {
    if (Date.now() - this.#looked < LOOK) return;
    this.#looked = Date.now();
    const { crew, owner } = this.#world;
    const members = [...crew.ready];
    const names = new Map(members.map((member) => [member.pid, crew.nameOf(member)]));
    // First the hosts, then the runs: a host of a run that becomes suspect afterwards is not among them.
    const hosts = await codeHostsOf(members.map(({ pid }) => pid));
    const innocent = await owner.query<{ id: string }>(INNOCENT).then(
      ({ rows }) => rows.map(({ id }) => id),
      () => [] as string[],
    );
    for (const { worker, ...host } of hosts) {
      if (innocent.includes(names.get(worker) ?? '')) this.#shared.set(host.pid, host);
    }
  }
}
