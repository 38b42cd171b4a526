import { BulkheadError } from '../../../contract/errors.ts';
import type { ShownRoute } from '../client/index.ts';
import type { CommandContext } from '../command-context.ts';
import { showTable } from '../render/table.ts';

const REASONS: Readonly<Record<string, string>> = {
  too_few_samples: 'there are too few judged calls of both kinds (200 in all, 20 of each)',
  one_sided_samples:
    'of the calls that went to the larger tier the smaller one was asked too few (20 of them); declare routing: { shadow: 0.1 }, and train again later',
  no_gain: 'on calls that were held out it tells nothing beyond chance',
  quality_not_met: 'on calls that were held out no threshold meets the quality with the smaller tier',
  plain_order_best: 'the order of the definition meets the quality at the lowest cost as it is',
};

/** `bulkhead route show`. */
export async function showRoute(context: CommandContext, agent: string): Promise<void> {
  const client = await context.client();
  const route = await client.showRoute(agent);
  context.answer(route, () => render(route, context.terminal.columns));
}

/** `bulkhead route train`. @throws BulkheadError `invalid_option` */
export async function trainRoute(
  context: CommandContext,
  agent: string,
  { quality }: { quality?: string },
): Promise<void> {
  const wanted = quality === undefined ? undefined : Number(quality);
  if (wanted !== undefined && !(wanted >= 0.5 && wanted <= 1)) {
    throw new BulkheadError({
      code: 'invalid_option',
      message: `"${quality}" is no quality. Write a share of the larger tier's from 0.5 to 1, as in 0.95.`,
    });
  }
  const client = await context.client();
  const route = await client.trainRoute(agent, wanted === undefined ? {} : { quality: wanted });
  context.answer(route, () => render(route, context.terminal.columns));
}

function render(
  { agent, small, large, taken, judged, good, trained }: ShownRoute,
  columns: number | undefined,
): string {
  const head = `${agent}: ${small} or ${large}. ${taken} calls are kept, ${judged} of them judged: for ${good} the smaller tier will do.\n`;
  if (trained === null) return `${head}Nothing was trained yet; the order of the definition decides.\n`;
  const { version, active, reason, threshold, samples, heldOut, auc, accuracy, quality, weightsSize } =
    trained;
  const standing = active
    ? `Version ${version} decides: from a score of ${show(threshold)} on ${small} is asked first.\n`
    : `Version ${version} does not decide, the order of the definition does: ${because(reason)}.\n`;
  const facts = `Trained ${trained.trainedAt} on ${samples} calls, ${heldOut} of them held out: AUC ${show(auc)}, accuracy ${show(accuracy)}. Quality asked for ${show(quality)}, cost ratio ${show(trained.costRatio)}, weights ${weightsSize} bytes.\n`;
  if (trained.curve.length === 0) return head + standing + facts;
  const rows = trained.curve.map((point) => [
    point.threshold === threshold ? `${show(point.threshold)} *` : show(point.threshold),
    show(point.costShare),
    show(point.quality),
    show(point.qualityAtLeast),
  ]);
  return head + standing + facts + showTable(['THRESHOLD', 'COST', 'QUALITY', 'AT LEAST'], rows, columns);
}

function because(reason: string | null): string {
  return reason === null ? 'it was trained for other models' : (REASONS[reason] ?? reason);
}

function show(value: number | null): string {
  return value === null ? '-' : value.toFixed(3);
}
