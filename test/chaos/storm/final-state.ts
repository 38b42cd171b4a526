import type { EntryMeta } from '../../../src/contract/entry.ts';
import type { ShownEntry } from '../../world/client.ts';
import type { ChaosWorld } from '../chaos-world.ts';
import { readJournal, stepFaults } from '../check-journal.ts';
import { needlessQuestions } from '../needless-questions.ts';
import type { Order } from './plan-storm.ts';

/** What is left of an order when everything is over: all of it must be as if nobody had been killed. */
export type FinalState = {
  status: string;
  output: unknown;
  error: unknown;
  /** What was done in the world, sorted: one line an effect, so that two of a kind are two. */
  effects: string[];
  /** What each step ended with, by `child's key > step's key`. */
  steps: Record<string, unknown>;
};

export type Ending = { state: FinalState; faults: string[]; journals: EntryMeta[][] };

/** Steps whose results are chance; that they were recorded shows in calls that are repeated with the same input. */
const CHANCE = ['memo', 'now', 'random', 'uuid'];
const COMPLETES = ['step.completed', 'timer.fired', 'model.completed', 'tool.completed', 'child.completed'];

/** Reads how an order ended, its children included, and checks each journal: one chain, each step ended once. */
export async function readEnding(world: ChaosWorld, order: Order, run: string): Promise<Ending> {
  const { status, output, error } = await world.client.show(run);
  const effects = world.service.effects
    .filter(({ input }) => (input as { order: string }).order === order.id)
    .map(({ name, input }) => `${name} ${JSON.stringify(withoutChance(input))}`)
    .sort();
  const ending: Ending = {
    state: { status, output, error, effects, steps: {} },
    faults: [],
    journals: [],
  };
  await readRun(world, run, '', ending);
  return ending;
}

async function readRun(world: ChaosWorld, run: string, scope: string, ending: Ending): Promise<void> {
  const journal = await readJournal(world.owner, run);
  ending.journals.push(journal);
  const cancelled = journal.at(-1)?.kind === 'run.cancelled';
  // A sleep that was cancelled never ends.
  const ended = cancelled ? journal.filter(({ kind }) => kind !== 'timer.set') : journal;
  ending.faults.push(...[...stepFaults(ended), ...needlessQuestions(journal)].map((fault) => scope + fault));
  for (const entry of await world.client.journal(run)) {
    if (entry.key === undefined || !completes(entry)) continue;
    const chance = CHANCE.includes(String(entry.operation));
    ending.state.steps[scope + entry.key] = {
      kind: entry.kind,
      outcome: entry.outcome,
      output: chance ? 'chance' : withoutChance(entry.content?.output),
    };
  }
  for (const meta of journal) {
    if (meta.kind === 'child.started') await readRun(world, meta.child, `${scope}${meta.key} > `, ending);
  }
}

const completes = ({ kind, reviewKind }: ShownEntry) =>
  COMPLETES.includes(kind) || (kind === 'review.decided' && reviewKind === 'answer');

function withoutChance(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const { stamp: _, ...rest } = value as Record<string, unknown>;
  return rest;
}
