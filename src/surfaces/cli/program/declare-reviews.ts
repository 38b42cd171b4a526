import { type Command, Option } from 'commander';
import { DECISIONS, REVIEW_KINDS, REVIEW_STATUSES } from '../../../contract/review.ts';
import type { Decided } from '../commands/decide-review.ts';
import type { ReviewFilters } from '../commands/list-reviews.ts';
import type { Act } from './act.ts';
import { withExamples } from './examples.ts';

/** `review`: the inbox for people. */
export function declareReviews(program: Command, act: Act): void {
  const review = withExamples(
    program
      .command('review')
      .summary('list what waits for a person, and decide it')
      .description('What waits for a person: calls to approve, questions to answer, effects to clear up.'),
    [
      ['review list', 'what waits'],
      ['review approve 5f0c…', 'let the call happen'],
      ['review deny 5f0c… --note "Too much"', 'refuse it, with a reason'],
      ['review answer 5f0c… "Your line is up again."', 'answer for the agent'],
      ['review resolve 5f0c… retry', 'nobody knows whether it happened: do it again'],
    ],
  );
  const decide = (command: Command, id: string, decided: () => Decided) =>
    act(command, async (context) =>
      (await import('../commands/decide-review.ts')).decideReview(context, id, decided()),
    );

  withExamples(
    review
      .command('list')
      .summary('list reviews')
      .description('Lists reviews: what waits with the oldest first, any other list with the newest first.')
      .addOption(
        new Option('--status <status>', 'in this state')
          .choices([...REVIEW_STATUSES, 'all'])
          .default('pending'),
      )
      .option('--run <id>', 'of this run')
      .addOption(new Option('--kind <kind>', 'of this kind').choices(REVIEW_KINDS))
      .option('--limit <count>', 'at most so many, up to 100; default: 20')
      .option('--cursor <cursor>', 'where the page before ended'),
    [
      ['review list', 'what waits'],
      ['review list --status all --run 0197f3c2-…', 'all of one run'],
    ],
  ).action((filters: ReviewFilters, command: Command) =>
    act(command, async (context) =>
      (await import('../commands/list-reviews.ts')).listReviews(context, filters),
    ),
  );

  for (const [name, decision, does] of [
    ['approve', 'approved', 'let it happen'],
    ['deny', 'denied', 'refuse it'],
  ] as const) {
    withExamples(
      review
        .command(name)
        .summary(does)
        .description(`Decides an approval or a question of a workflow: ${does}. A decision holds.`)
        .argument('<id>', 'of the review')
        .option('--note <text>', 'why; for the run and for the record'),
      [
        [`review ${name} 5f0c…`, does],
        [`review ${name} 5f0c… --note "Checked with Ann"`, 'with a reason'],
      ],
    ).action((id: string, { note }: { note?: string }, command: Command) =>
      decide(command, id, () => ({ decision, note })),
    );
  }

  withExamples(
    review
      .command('answer')
      .summary('answer what an agent handed over')
      .description("Gives the answer to an escalation: it becomes the run's output.")
      .argument('<id>', 'of the review')
      .argument('<text>', 'the answer')
      .option('--note <text>', 'for the record'),
    [['review answer 5f0c… "We open at 9."', 'the run ends with that']],
  ).action((id: string, text: string, { note }: { note?: string }, command: Command) =>
    decide(command, id, () => ({ decision: 'answered', note, output: text })),
  );

  withExamples(
    review
      .command('resolve')
      .summary('settle an effect of which nobody knows whether it happened')
      .description(
        'Settles a call that was cut off: look whether it happened, then do it again, record its result, or let it fail.',
      )
      .argument('<id>', 'of the review')
      .addArgument(review.createArgument('<way>', 'what to do').choices(DECISIONS['unknown-outcome']))
      .option('--output <json>', 'what the tool returned, for record')
      .option('--note <text>', 'for the run and for the record'),
    [
      ['review resolve 5f0c… retry', 'it did not happen'],
      [`review resolve 5f0c… record --output '{"credit":"CR-7"}'`, 'it happened'],
      ['review resolve 5f0c… fail', 'let the call fail'],
    ],
  ).action((id: string, way: string, options: { output?: string; note?: string }, command: Command) =>
    act(command, async (context) => {
      const { decideReview, resolution } = await import('../commands/decide-review.ts');
      await decideReview(context, id, { ...resolution(way, options.output), note: options.note });
    }),
  );
}
