/** One figure of ours, and what the peers did in the same run. */
export type Row = { figure: string; value: number; unit: string; better: 'more' | 'less' };

/** How figures change along one axis. */
export type Growth = {
  title: string;
  /** What grows. As a figure of `--json`: `storedRuns=1000.runsPerSecond`. */
  axis: string;
  columns: { figure: string; unit: string }[];
  rows: { level: number; values: number[] }[];
};

export type Report = {
  title: string;
  conditions: string[];
  rows: Row[];
  /** Figures of peers by name; a peer that is not installed is absent. */
  peers: Record<string, Record<string, number>>;
  growth?: Growth[];
  notes: string[];
};

/** What a bench may be asked for. */
export type BenchOptions = {
  /** Only what is soon measured: for whoever changes the code and wants to see what it did. */
  quick: boolean;
};

/** Ours, then each peer with the ratio in which we are better: the machine's speed drifts, the ratio less. */
export function printTable(report: Report): void {
  console.log(`\n${report.title}`);
  for (const condition of report.conditions) console.log(`  ${condition}`);
  const peers = Object.keys(report.peers);
  const header = ['figure', 'bulkhead', ...peers];
  const lines = report.rows.map((row) => [
    `${row.figure} (${row.unit})`,
    format(row.value),
    ...peers.map((peer) => compare(row, report.peers[peer]?.[row.figure])),
  ]);
  if (lines.length > 0) printColumns([header, ...lines]);
  for (const growth of report.growth ?? []) printGrowth(growth);
  for (const note of report.notes) console.log(`  ${note}`);
}

function printGrowth({ title, axis, columns, rows }: Growth): void {
  console.log(`\n  ${title}`);
  const header = [axis, ...columns.map(({ figure, unit }) => `${figure} (${unit})`)];
  printColumns([header, ...rows.map(({ level, values }) => [String(level), ...values.map(format)])]);
}

function printColumns(lines: string[][]): void {
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  );
  for (const line of lines) {
    console.log(`  ${line.map((text, column) => text.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
  }
}

/** All figures of a report by name, those along an axis too. */
export function figuresOf(report: Report): Record<string, number> {
  const figures = Object.fromEntries(report.rows.map((row) => [row.figure, row.value]));
  for (const { axis, columns, rows } of report.growth ?? []) {
    for (const { level, values } of rows) {
      for (const [index, { figure }] of columns.entries()) {
        figures[`${axis}=${level}.${figure}`] = values[index] ?? Number.NaN;
      }
    }
  }
  return figures;
}

function compare(row: Row, peer: number | undefined): string {
  if (peer === undefined) return '-';
  const ratio = row.better === 'more' ? row.value / peer : peer / row.value;
  return `${format(peer)} (${ratio.toFixed(1)}x)`;
}

function format(value: number): string {
  if (Math.abs(value) >= 100) return Math.round(value).toString();
  return value.toFixed(Math.abs(value) < 10 ? 2 : 1);
}

/** The value below which the given share of the sorted values lies (nearest rank). */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
