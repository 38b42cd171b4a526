import type { Clock } from '../../../contract/clock.ts';
import { inTime } from './in-time.ts';
import { Pauses } from './pauses.ts';

const OPENED_WITHIN = 10_000;

/** How a connection is made and ended. `lost` is to be called when it ends by itself. */
export type Connector<Connection> = {
  open(lost: () => void): Promise<Connection>;
  close(connection: Connection): Promise<void>;
};

/**
 * One connection that is opened when somebody needs it and kept until it is lost. After a failure everybody
 * is refused at once until a pause has passed: nobody waits for a broker that is away.
 */
export class HeldConnection<Connection> {
  readonly #connector: Connector<Connection>;
  readonly #clock: Clock;
  readonly #pauses = new Pauses();
  #held: Promise<Connection> | undefined;
  #notBefore = 0;
  #closed = false;

  constructor(connector: Connector<Connection>, clock: Clock) {
    this.#connector = connector;
    this.#clock = clock;
  }

  /** @throws the reason for which there is no connection now */
  get(): Promise<Connection> {
    if (this.#held !== undefined) return this.#held;
    if (this.#closed) return Promise.reject(new Error('closed'));
    if (this.#clock.now() < this.#notBefore) return Promise.reject(new Error('not connected'));
    const opening: Promise<Connection> = this.#open(() => {
      if (this.#held === opening) this.#held = undefined;
    });
    this.#held = opening;
    opening.then(
      () => this.#pauses.succeeded(),
      () => {
        if (this.#held === opening) this.#held = undefined;
        this.#notBefore = this.#clock.now() + this.#pauses.next();
      },
    );
    return opening;
  }

  /** Lets go of a connection that is in doubt; the next caller gets another one. */
  drop(): void {
    const held = this.#held;
    this.#held = undefined;
    this.#notBefore = this.#clock.now() + this.#pauses.next();
    void held?.then((connection) => this.#connector.close(connection)).catch(() => {});
  }

  async close(): Promise<void> {
    this.#closed = true;
    const held = this.#held;
    this.#held = undefined;
    await held?.then((connection) => this.#connector.close(connection)).catch(() => {});
  }

  async #open(lost: () => void): Promise<Connection> {
    const opening = this.#connector.open(lost);
    try {
      return await inTime(OPENED_WITHIN, opening);
    } catch (error) {
      // One that comes after all belongs to nobody.
      void opening.then((connection) => this.#connector.close(connection)).catch(() => {});
      throw error;
    }
  }
}
