import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { type ChaosWorld, effectsOf } from './chaos-world.ts';
import { checkSteps, owners, readJournal } from './check-journal.ts';
import { needlessQuestions } from './needless-questions.ts';
import { Person } from './storm/person.ts';

const PARTS = ['instalment 1', 'instalment 2', 'instalment 3', 'instalment 4'];
const PATIENCE = 90_000;

/** Submits so many orders, and waits until each of them is in the middle of a payment. */
export async function beginInstalments(world: ChaosWorld, count: number): Promise<string[]> {
  const orders = Array.from({ length: count }, (_, index) => `order-${index}`);
  const runs = await Promise.all(orders.map((order) => world.client.submit('instalments', { order })));
  const begun = () => orders.every((order) => effectsOf(world, order).length > 0);
  await expect.poll(begun, { timeout: 30_000 }).toBe(true);
  return runs;
}

/** Who has which of these runs now: workers' names by run. */
export async function ownersNow(world: ChaosWorld, runs: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await world.owner.query<{ id: string; worker: string }>(
    `SELECT id, worker FROM run WHERE id = ANY($1::uuid[]) AND status = 'running' AND worker IS NOT NULL`,
    [runs],
  );
  return new Map(rows.map(({ id, worker }) => [id, worker]));
}

/**
 * Waits until these runs have ended; meanwhile a person looks at the service, and says what happened.
 *
 * @returns the runs that asked
 */
export async function answerUntilEnded(world: ChaosWorld, runs: readonly string[]): Promise<Set<string>> {
  const asked = new Set<string>();
  const person = new Person(world);
  for (const end = Date.now() + PATIENCE; ; await sleep(50)) {
    const open = await unfinished(world, runs);
    if (open?.length === 0) return asked;
    for (const { run, id, kind } of open ?? []) {
      if (id === null) continue;
      asked.add(run);
      await person.answer({ id, kind });
    }
    if (Date.now() > end) throw new Error(`These runs do not move any more: ${JSON.stringify(open)}`);
  }
}

/** Every part was paid once, every step ended once, nobody was asked what could be known. Returns each run's owners. */
export async function checkInstalments(
  world: ChaosWorld,
  runs: readonly string[],
): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  for (const [index, run] of runs.entries()) {
    const order = `order-${index}`;
    expect(await world.client.show(run), order).toMatchObject({
      status: 'succeeded',
      output: ['1', '2', '3', '4'],
    });
    expect(effectsOf(world, order), order).toEqual(PARTS);
    const journal = await readJournal(world.owner, run);
    checkSteps(journal);
    expect(needlessQuestions(journal), order).toEqual([]);
    found.set(run, [...new Set(owners(journal))]);
  }
  return found;
}

type Unfinished = { run: string; id: string | null; kind: string };

/** With their pending questions; undefined while the database is away. */
async function unfinished({ owner }: ChaosWorld, runs: readonly string[]): Promise<Unfinished[] | undefined> {
  const text = `SELECT run.id AS run, review.id, review.kind FROM run
    LEFT JOIN review ON review.run = run.id AND review.status = 'pending'
    WHERE run.id = ANY($1::uuid[]) AND finished_at IS NULL`;
  return owner.query<Unfinished>(text, [runs]).then(
    ({ rows }) => rows,
    () => undefined,
  );
}
