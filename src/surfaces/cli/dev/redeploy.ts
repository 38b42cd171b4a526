import { BulkheadError } from '../../../contract/errors.ts';
import type { ApiClient, Bundle } from '../client/index.ts';
import { problemOf } from '../failure.ts';
import type { Show } from './dev-event.ts';

type Built = { version: string; code: Uint8Array };

/**
 * Brings what is saved into service, one version after the other. What is wrong is said once, and the version
 * before it stays.
 */
export class Redeploy {
  readonly #client: Pick<ApiClient, 'deployBundle'>;
  readonly #build: () => Promise<Built>;
  readonly #show: Show;
  #standing: Bundle | undefined;
  /** The version, or the mistake, that was seen last: not every save changes something. */
  #seen: string | undefined;
  #running: Promise<void> | undefined;
  #isDue = false;

  constructor(options: {
    client: Pick<ApiClient, 'deployBundle'>;
    build: () => Promise<Built>;
    show: Show;
  }) {
    this.#client = options.client;
    this.#build = options.build;
    this.#show = options.show;
  }

  /** What new runs take. */
  get standing(): Bundle | undefined {
    return this.#standing;
  }

  /** Deploys what is saved now. While that goes on, further calls together lead to one more. */
  run(): Promise<void> {
    this.#isDue = true;
    this.#running ??= this.#work().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #work(): Promise<void> {
    while (this.#isDue) {
      this.#isDue = false;
      await this.#once();
    }
  }

  async #once(): Promise<void> {
    let seen: string | undefined;
    try {
      const { version, code } = await this.#build();
      seen = version;
      if (seen === this.#seen) return;
      const { created: _, ...bundle } = await this.#client.deployBundle(code);
      this.#show({ event: 'deployed', first: this.#standing === undefined, ...bundle });
      this.#standing = bundle;
      this.#seen = version;
    } catch (error) {
      const problem = problemOf(error);
      seen ??= problem.detail;
      if (seen === this.#seen) return;
      // What may pass by itself is tried again at the next save, changed or not.
      this.#seen = BulkheadError.isInstance(error) && error.retryable ? undefined : seen;
      this.#show({ event: 'deploy.failed', problem, standing: this.#standing?.version ?? null });
    }
  }
}
