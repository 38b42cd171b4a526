import type { ReviewKind } from '../../../contract/review.ts';
import { type ApiClient, followRun, type Run, type RunEvent, type RunSubmission } from '../client/index.ts';
import { problemOf } from '../failure.ts';
import type { Show, WaitingReview } from './dev-event.ts';

type Followed = {
  task: number;
  run: string;
  /** Questions to people that nobody has answered yet. */
  open: Map<string, ReviewKind>;
  ended: Run | undefined;
};

/** The runs that `dev` shows: follows each until it ends, and tells when all have ended or wait for a person. */
export class TaskBoard {
  readonly #client: ApiClient;
  readonly #show: Show;
  readonly #signal: AbortSignal;
  readonly #uptime: () => number;
  readonly #followed: Followed[] = [];
  #following: Promise<void>[] = [];
  #tasks = 0;
  #example: RunSubmission | null = null;
  #open = false;
  #hasFinished = false;

  /** @param options.uptime seconds since the process began */
  constructor(options: { client: ApiClient; show: Show; signal: AbortSignal; uptime: () => number }) {
    this.#client = options.client;
    this.#show = options.show;
    this.#signal = options.signal;
    this.#uptime = options.uptime;
  }

  /** Shows runs that are there already. */
  follow(runs: readonly Run[]): void {
    for (const run of runs) this.#begin(run);
  }

  /** Submits tasks, one after the other, so that their runs are in the order of the file. */
  async submit(submissions: readonly RunSubmission[]): Promise<void> {
    for (const submission of submissions) {
      if (this.#signal.aborted) return;
      try {
        this.#begin(await this.#client.submitRun(submission));
        this.#example ??= submission;
      } catch (error) {
        this.#tasks += 1;
        this.#show({ event: 'task.refused', task: this.#tasks, submission, problem: problemOf(error) });
      }
    }
  }

  /** No more runs come from here on: what `settled` says is about all of them. */
  close(example: RunSubmission | null): void {
    this.#example ??= example;
    this.#open = true;
    this.#settle();
  }

  /** Resolves when nothing is followed any more. */
  async idle(): Promise<void> {
    await Promise.all(this.#following);
  }

  #begin(run: Run): void {
    this.#tasks += 1;
    const followed: Followed = { task: this.#tasks, run: run.id, open: new Map(), ended: undefined };
    this.#followed.push(followed);
    this.#show({ event: 'task.submitted', task: followed.task, run });
    this.#following.push(this.#watch(followed));
  }

  async #watch(followed: Followed): Promise<void> {
    const { task, run } = followed;
    try {
      for await (const event of followRun(this.#client, run, { signal: this.#signal })) {
        this.#take(followed, event);
      }
    } catch (error) {
      this.#show({ event: 'task.lost', task, problem: problemOf(error) });
    }
  }

  #take(followed: Followed, event: RunEvent): void {
    const { task, run, open } = followed;
    if (event.event === 'entry') {
      const { entry } = event;
      if (entry.kind === 'review.requested') open.set(entry.review, entry.reviewKind);
      if (entry.kind === 'review.decided') open.delete(entry.review);
      this.#show({ event: 'task.entry', task, run, entry });
    } else if (event.event === 'end') {
      followed.ended = event.run;
      open.clear();
      this.#show({ event: 'task.ended', task, run: event.run });
      if (!this.#hasFinished) this.#show({ event: 'first.finished', seconds: this.#uptime() });
      this.#hasFinished = true;
    }
    this.#settle();
  }

  /** Once: later ends and questions show themselves. */
  #settle(): void {
    const busy = this.#followed.some(({ open, ended }) => ended === undefined && open.size === 0);
    if (!this.#open || busy) return;
    this.#open = false;
    const ends = this.#followed.flatMap(({ ended }) => ended ?? []);
    const waiting = this.#followed.flatMap(({ task, run, open }): WaitingReview[] =>
      [...open].map(([review, kind]) => ({ task, run, review, kind })),
    );
    this.#show({
      event: 'settled',
      succeeded: ends.filter(({ status }) => status === 'succeeded').length,
      ended: ends.length,
      waiting,
      example: this.#example,
    });
  }
}
