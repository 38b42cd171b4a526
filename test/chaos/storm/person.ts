import type { ShownReview } from '../../world/client.ts';
import type { ChaosWorld } from '../chaos-world.ts';

/**
 * Whoever answers the questions of runs: yes to what is asked beforehand; where it is asked whether something
 * happened, the service is looked at.
 */
export class Person {
  readonly #world: ChaosWorld;
  /** Decisions about unknown outcomes: reviews by what was decided. */
  readonly decided = { record: new Set<string>(), retry: new Set<string>() };

  constructor(world: ChaosWorld) {
    this.#world = world;
  }

  /** May be asked the same again: an API whose database is away shows no question and takes no decision. */
  async answer(review: { id: string; kind: string }): Promise<void> {
    const { client } = this.#world;
    if (review.kind !== 'unknown-outcome') return void (await client.decide(review.id, 'approved'));
    const { status, body } = await client.send<ShownReview>('GET', `/v1/reviews/${review.id}`);
    if (status < 300) await this.#tellWhetherItHappened(body);
  }

  async #tellWhetherItHappened({ id, content }: ShownReview): Promise<void> {
    const { client, service } = this.#world;
    const effect = service.effects.find(({ key }) => key === content.idempotencyKey);
    const decision = effect === undefined ? 'retry' : 'record';
    const { status } = await client.decide(
      id,
      decision,
      effect === undefined ? {} : { output: effect.input },
    );
    if (status < 300) this.decided[decision].add(id);
  }
}
