import type { Clock } from '../../../../contract/clock.ts';
import type { HealthTable, Probe } from '../health-table.ts';

type Row = { code: string; probeAt: number; probe: string | undefined; failures: number };

/** The table in memory, by a test's clock; it can be away. */
export class FakeHealthTable implements HealthTable {
  readonly rows = new Map<string, Row>();
  away = false;
  /** Questions that it was asked. */
  readonly asked: string[] = [];
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async read() {
    this.#ask('read');
    const now = this.#clock.now();
    return [...this.rows].map(([name, { code, probeAt, probe }]) => ({
      name,
      code,
      probeIn: probeAt - now,
      probing: probe !== undefined,
    }));
  }

  async open({ name, code, jitter }: { name: string; code: string; jitter: number }) {
    this.#ask('open');
    if (this.rows.has(name)) return false;
    this.rows.set(name, { code, probeAt: this.#pause(0, jitter), probe: undefined, failures: 0 });
    return true;
  }

  async probe({ name, token }: Probe, lease: number) {
    this.#ask('probe');
    const row = this.rows.get(name);
    if (row === undefined || row.probeAt > this.#clock.now()) return false;
    Object.assign(row, { probe: token, probeAt: this.#clock.now() + lease });
    return true;
  }

  async reopen(probe: Probe, { code, jitter }: { code: string; jitter: number }) {
    this.#ask('reopen');
    const row = this.#of(probe);
    if (row === undefined) return;
    const failures = row.failures + 1;
    Object.assign(row, { code, failures, probe: undefined, probeAt: this.#pause(failures, jitter) });
  }

  async close(probe: Probe) {
    this.#ask('close');
    return this.#of(probe) !== undefined && this.rows.delete(probe.name);
  }

  async release(probe: Probe) {
    this.#ask('release');
    const row = this.#of(probe);
    if (row !== undefined) Object.assign(row, { probe: undefined, probeAt: this.#clock.now() });
  }

  #ask(question: string): void {
    this.asked.push(question);
    if (this.away) throw new Error('connection refused');
  }

  #of({ name, token }: Probe): Row | undefined {
    const row = this.rows.get(name);
    return row?.probe === token ? row : undefined;
  }

  #pause(failures: number, jitter: number): number {
    return this.#clock.now() + Math.min(60_000, 5_000 * 2 ** failures) * jitter;
  }
}
