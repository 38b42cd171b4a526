import pg from 'pg';
import { entryName, type KillPlan, toPlan } from './kill-plan.ts';
import { readTextArray } from './read-text-array.ts';
import type { Strike } from './strike.ts';

type Statement = { name: string; values: readonly unknown[] };
type When = 'before' | 'after';

/** What this process knows of a run that it has claimed, or of a child that it makes. */
type Known = { run: string; agent: string; plan: KillPlan | undefined };

const claimed = new Map<string, Known>();

/**
 * Makes this process die before or after the statements that its runs' plans name. Statements are watched
 * rather than the tables: so a death falls between a commit and its acknowledgement, each time.
 *
 * @param onClaim told under which name this process is about to claim
 */
export function dieInStatements(strike: Strike, onClaim: (worker: string) => void = () => {}): void {
  const check = async (statement: Statement, when: When) => {
    if (statement.name === 'claim' && when === 'before') onClaim(String(statement.values[0]));
    const dying = concerned(statement).flatMap(({ run, agent, plan }) => {
      if (plan === undefined || plan.agent !== agent || 'call' in plan || plan.when !== when) return [];
      const here =
        'statement' in plan ? plan.statement === statement.name : holds(statement, run, plan.entry);
      return here ? [strike(plan)] : [];
    });
    await Promise.all(dying);
  };
  watch(pg.Pool.prototype, check);
  watch(pg.Client.prototype, check);
}

/** Behind these comes the end of a transaction that concerns the run, or the schedule, that they begin with. */
const LAST_OF_TRANSACTION = new Set(['tell-parent', 'continue-cancel', 'advance-schedule']);

function watch(prototype: object, check: (statement: Statement, when: When) => Promise<void>): void {
  const query: unknown = Reflect.get(prototype, 'query');
  if (typeof query !== 'function') throw new Error('pg has changed: there is no query.');
  // By connection: two commits may be in flight, and one of them may tell the parents of several children.
  const told = new WeakMap<object, string[]>();
  Reflect.set(prototype, 'query', function (this: object, ...parameters: unknown[]): unknown {
    const result = () => Reflect.apply(query, this, parameters) as unknown;
    const statement = statementOf(parameters[0], told.get(this) ?? []);
    // A pool asks its clients with a callback: that was seen when the pool was asked.
    if (statement === undefined || typeof parameters.at(-1) === 'function') return result();
    if (LAST_OF_TRANSACTION.has(statement.name))
      told.set(this, [...(told.get(this) ?? []), String(statement.values[0])]);
    if (statement.name === 'commit') told.delete(this);
    return (async () => {
      await check(statement, 'before');
      const answer = await result();
      if (statement.name === 'claim') remember(answer);
      if (statement.name === 'take-schedule') learn(answer);
      await check(statement, 'after');
      return answer;
    })();
  });
}

function statementOf(parameter: unknown, told: string[]): Statement | undefined {
  if (parameter === 'COMMIT') return told.length === 0 ? undefined : { name: 'commit', values: told };
  if (typeof parameter !== 'object' || parameter === null || !('name' in parameter)) return undefined;
  const values = 'values' in parameter && Array.isArray(parameter.values) ? parameter.values : [];
  return { name: String(parameter.name), values };
}

function remember(answer: unknown): void {
  const { rows } = answer as { rows: { id: string; agent: string; subject: string | null }[] };
  latest = rows.map(({ id }) => id);
  for (const { id, agent, subject } of rows) claimed.set(id, { run: id, agent, plan: toPlan(subject) });
}

/** Of a schedule whose tick is dealt with: what plans say of it travels as the subject of its runs. */
function learn(answer: unknown): void {
  const { rows } = answer as { rows: { id: string; agent: string; subject: string | null }[] };
  for (const { id, agent, subject } of rows) claimed.set(id, { run: id, agent, plan: toPlan(subject) });
}

/** What the last claim took. */
let latest: string[] = [];

function concerned({ name, values }: Statement): Known[] {
  switch (name) {
    case 'claim':
      return of(latest);
    case 'create-runs':
      return made(values);
    case 'tell-parent':
    case 'run-before':
    case 'continue-cancel':
    case 'take-schedule':
    case 'advance-schedule':
      return of([values[0]]);
    case 'commit':
      return of(values);
    case 'read-inbox':
      return of(values[0]);
    case 'open-review':
      return of([values[2]]);
    case 'frames':
    case 'frames-and-settle':
      return of(values[1]);
    default:
      return [];
  }
}

/** The runs that one statement makes: their ids, definitions and subjects stand in columns of their own. */
function made(values: readonly unknown[]): Known[] {
  const agents = readTextArray(values[2] as Buffer);
  const subjects = readTextArray(values[12] as Buffer);
  return (values[0] as string[]).map((run, index) => ({
    run,
    agent: agents[index] ?? '',
    plan: toPlan(subjects[index]),
  }));
}

function of(runs: unknown): Known[] {
  return (runs as string[]).flatMap((run) => claimed.get(run) ?? []);
}

/** Whether the frame that is written of this run holds the entry. Streams and metas stand at the same places. */
function holds({ name, values }: Statement, run: string, entry: string): boolean {
  if (name !== 'frames' && name !== 'frames-and-settle') return false;
  const metas = readTextArray(values[7] as Buffer)[(values[1] as string[]).indexOf(run)] ?? '[]';
  const written = JSON.parse(metas) as { kind: string; key?: string }[];
  return written.some((meta) => meta.kind === entry || entryName(meta) === entry);
}
