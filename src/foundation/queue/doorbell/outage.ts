import type { BrokerLog } from '../broker/log.ts';
import { reasonOf } from '../broker/reason.ts';

/** Says once that a broker is away, and once that it is back: not with each of a thousand failures. */
export class Outage {
  readonly #log: BrokerLog;
  readonly #what: string;
  #away = false;

  /** @param what e.g. 'Ringing over Redis' */
  constructor(log: BrokerLog, what: string) {
    this.#log = log;
    this.#what = what;
  }

  failed(error: unknown): void {
    if (this.#away) return;
    this.#away = true;
    this.#log(
      'warn',
      `${this.#what} does not work at the moment; until it does, workers find runs by looking now and then.`,
      { reason: reasonOf(error) },
    );
  }

  succeeded(): void {
    if (!this.#away) return;
    this.#away = false;
    this.#log('info', `${this.#what} works again.`);
  }
}
