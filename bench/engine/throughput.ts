import type { Json } from '../../src/contract/json.ts';
import type { BareEngine } from './bare-engine.ts';
import type { WorkflowName } from './workflows.ts';

/** Runs a second with so many in flight, after a warm-up of a tenth. */
export async function throughput(
  engine: BareEngine,
  agent: WorkflowName,
  runs: number,
  inFlight = 50,
  input: Json = {},
): Promise<number> {
  await drive(engine, () => engine.submit(agent, input), Math.ceil(runs / 10), inFlight);
  const started = performance.now();
  await drive(engine, () => engine.submit(agent, input), runs, inFlight);
  return runs / ((performance.now() - started) / 1_000);
}

/** Submits a run each time one ends, so that the number in flight stays. */
function drive(
  engine: BareEngine,
  submitOne: () => Promise<unknown>,
  runs: number,
  inFlight: number,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let submitted = 0;
    let ended = 0;
    const submit = () => {
      if (submitted === runs) return;
      submitted += 1;
      submitOne().catch(reject);
    };
    engine.onReleased(() => {
      ended += 1;
      submit();
      if (ended === runs) resolve();
    });
    for (let run = 0; run < Math.min(inFlight, runs); run += 1) submit();
  });
}

/** Milliseconds from submission to the end of single runs, one after the other. */
export async function idleTimes(engine: BareEngine, runs: number): Promise<number[]> {
  const times: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const ended = new Promise<void>((resolve) => engine.onReleased(resolve));
    const started = performance.now();
    await engine.submit('memos');
    await ended;
    times.push(performance.now() - started);
  }
  return times;
}
