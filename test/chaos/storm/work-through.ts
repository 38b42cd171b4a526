import { setTimeout as sleep } from 'node:timers/promises';
import type { ChaosWorld } from '../chaos-world.ts';
import type { Person } from './person.ts';
import type { Order } from './plan-storm.ts';

/** Orders under way at once: those of a worker that died find room with the others. */
const WINDOW = 12;
const LOOK = 40;
/** A storm in which nothing happens for so long has lost something, ms. */
const PATIENCE = 90_000;

const OPEN = `SELECT run.id, run.status, review.id AS review, review.kind FROM run
  LEFT JOIN review ON review.run = run.id AND review.status = 'pending'
  WHERE run.id = ANY($1::uuid[]) AND finished_at IS NULL`;

type OpenRow = { id: string; status: string; review: string | null; kind: string };

/**
 * Has every order executed: submits them in turn, answers what runs ask, cancels every trip once it waits.
 *
 * @param round keeps the submissions of one execution of the orders apart from those of another
 * @returns each order's run, when all of them have ended
 * @throws Error when nothing moves any more
 */
export async function workThrough(
  world: ChaosWorld,
  orders: readonly Order[],
  person: Person,
  round: string,
): Promise<Map<string, string>> {
  const runs = new Map<string, string>();
  const open = new Map<string, Order>();
  const left = [...orders];
  let moved = { at: Date.now(), mark: '' };
  while (left.length > 0 || open.size > 0) {
    const next = left.splice(0, WINDOW - open.size);
    await Promise.all(
      next.map(async (order) => {
        const run = await submit(world, order, round);
        runs.set(order.id, run);
        open.set(run, order);
      }),
    );
    const rows = await look(world, [...open.keys()]);
    if (rows !== undefined) {
      const unfinished = new Set(rows.map(({ id }) => id));
      for (const run of open.keys()) if (!unfinished.has(run)) open.delete(run);
      await Promise.all(rows.map((row) => attend(world, person, row, open.get(row.id))));
    }
    const mark = `${world.service.calls.length} ${left.length} ${open.size} ${JSON.stringify(rows)}`;
    if (mark !== moved.mark) moved = { at: Date.now(), mark };
    if (Date.now() - moved.at > PATIENCE) throw new Error(`Nothing moves any more: ${mark}`);
    await sleep(LOOK);
  }
  return runs;
}

/** Undefined while the database is away. */
async function look({ owner }: ChaosWorld, runs: string[]): Promise<OpenRow[] | undefined> {
  return owner.query<OpenRow>(OPEN, [runs]).then(
    ({ rows }) => rows,
    () => undefined,
  );
}

async function attend(
  { client }: ChaosWorld,
  person: Person,
  { id, status, review, kind }: OpenRow,
  order: Order | undefined,
): Promise<void> {
  if (order === undefined) return;
  if (review !== null) await person.answer({ id: review, kind });
  else if (order.workflow === 'trip' && status === 'waiting')
    await client.send('POST', `/v1/runs/${id}/cancel`);
}

/** Comes again, under the same key, until the API takes it: what it answered 202 to is accepted, and nothing else. */
async function submit({ client }: ChaosWorld, { id, workflow }: Order, round: string): Promise<string> {
  const body = { agent: workflow, input: { order: id } };
  const headers = { 'idempotency-key': `${round}-${id}` };
  for (;;) {
    const answer = await client.send<{ id: string }>('POST', '/v1/runs', body, headers);
    if (answer.status < 300) return answer.body.id;
    if (answer.status < 500) throw new Error(`${id} is refused: ${JSON.stringify(answer.body)}`);
    await sleep(100);
  }
}
