import type { ApiClient, Run, RunSubmission } from '../client/index.ts';
import { followRun } from '../client/index.ts';
import type { CommandContext } from '../command-context.ts';
import { dollars } from '../dollars.ts';
import { inputOf } from '../input-of.ts';
import { LiveText } from '../render/live-text.ts';
import { showEnd, showOutput, showSpent } from '../render/run-end.ts';
import { RunLines } from '../render/run-lines.ts';

export type RunOptions = {
  session?: string;
  lane?: string;
  subject?: string;
  budgetUsd?: string;
  wait: boolean;
};

/** What a shell reports for a program that Ctrl-C ended. */
const INTERRUPTED = 130;

/** `bulkhead run`: submits, and shows the run until it ends. The answer is all that goes to standard output. */
export async function runAgent(
  context: CommandContext,
  agent: string,
  input: string,
  options: RunOptions,
): Promise<void> {
  const client = await context.client();
  const text = input === '-' ? (await context.terminal.input()).trimEnd() : input;
  const run = await client.submitRun(await submissionOf(client, agent, text, options));
  if (!options.wait) {
    return context.answer(run, () => `${run.id}\n`);
  }
  if (context.json) await followInJson(context, client, run);
  else await follow(context, client, run);
}

async function followInJson(context: CommandContext, client: ApiClient, run: Run): Promise<void> {
  const signal = context.terminal.interruption();
  context.line(JSON.stringify({ event: 'submitted', run }));
  for await (const event of followRun(client, run.id, { signal })) {
    context.line(JSON.stringify(event));
    if (event.event === 'end' && event.run.status !== 'succeeded') context.exitCode = 1;
  }
  if (signal.aborted) context.exitCode = INTERRUPTED;
}

async function follow(context: CommandContext, client: ApiClient, run: Run): Promise<void> {
  const { terminal, paint } = context;
  const signal = terminal.interruption();
  const lines = new RunLines({ paint, invocation: terminal.invocation });
  const live = new LiveText(terminal);
  context.remark(paint.dim(`run ${run.id}`));
  for await (const event of followRun(client, run.id, { signal })) {
    if (event.event === 'delta') live.add(event);
    else if (event.event === 'entry') {
      const shown = lines.of(event.entry);
      if (shown.length > 0) live.breakLine();
      for (const line of shown) context.remark(line);
    } else if (event.event === 'end') {
      finish(context, event.run, live);
      return;
    }
  }
  live.breakLine();
  context.remark(`The run goes on without you. See it with: ${terminal.invocation} runs show ${run.id}`);
  context.exitCode = INTERRUPTED;
}

function finish(context: CommandContext, run: Run, live: LiveText): void {
  const { paint } = context;
  live.breakLine();
  const output = showOutput(run);
  if (output !== undefined && live.spoken !== output) context.line(output);
  context.remark(`${showEnd(run, paint)} ${paint.dim(`· ${showSpent(run)}`)}`);
  if (run.status !== 'succeeded') context.exitCode = 1;
}

async function submissionOf(
  client: ApiClient,
  agent: string,
  text: string,
  options: RunOptions,
): Promise<RunSubmission> {
  const { session, lane, subject, budgetUsd } = options;
  return {
    agent,
    input: await inputOf(client, agent, text),
    ...(session === undefined ? {} : { session }),
    ...(lane === undefined ? {} : { lane: lane as NonNullable<RunSubmission['lane']> }),
    ...(subject === undefined ? {} : { subject }),
    ...(budgetUsd === undefined ? {} : { budget: { usd: dollars(budgetUsd) } }),
  };
}
