import { percentile, type TakeOvers } from './take-overs.ts';

export type StormReport = {
  seed: number;
  /** How long the storm lasted, ms. */
  took: number;
  /** Kills by kind. */
  kills: ReadonlyMap<string, number>;
  orders: number;
  /** Children included. */
  runs: number;
  effects: number;
  /** Calls that arrived at the service again, under a key that it knew. */
  repeatedCalls: number;
  /** What a person decided about unknown outcomes. */
  reviews: { recorded: number; retried: number };
  takeOvers: TakeOvers;
  /** Invariants that did not hold, as sentences. */
  broken: string[];
};

/** The table that a storm ends with. */
export function tableOf(report: StormReport): string {
  const { kills, reviews, takeOvers } = report;
  const rows: [name: string, value: string | number][] = [
    ['seed', report.seed],
    ['kills', [...kills.values()].reduce((sum, count) => sum + count, 0)],
    ...[...kills]
      .toSorted(([, one], [, other]) => other - one)
      .map(([name, count]): [string, number] => [`  ${name}`, count]),
    ['orders', report.orders],
    ['runs, children included', report.runs],
    ['effects', report.effects],
    ['calls repeated under the same key', report.repeatedCalls],
    ['unknown outcomes, recorded by a person', reviews.recorded],
    ['unknown outcomes, retried by a person', reviews.retried],
    ['takeovers, p50 / p95 / max ms', times(takeOvers.calm)],
    ['takeovers while the database died too', times(takeOvers.withDatabase)],
    ['seconds', Math.round(report.took / 1_000)],
    ['broken invariants', report.broken.length],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
}

function times(values: readonly number[]): string {
  const [p50, p95, max] = [50, 95, 100].map((percent) => percentile(values, percent));
  return `${p50} / ${p95} / ${max} (${values.length})`;
}
