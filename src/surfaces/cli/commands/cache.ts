import { BulkheadError } from '../../../contract/errors.ts';
import type { CommandContext } from '../command-context.ts';
import { showUsd } from '../render/amounts.ts';
import { showTable } from '../render/table.ts';

/** `bulkhead cache show`. */
export async function showCaches(context: CommandContext): Promise<void> {
  const client = await context.client();
  const report = await client.showCaches();
  const { columns } = context.terminal;
  context.answer(report, () => {
    if (report.uses.length === 0 && report.semantic.length === 0)
      return 'No cache was asked in the last 30 days.\n';
    const uses = showTable(
      ['AGENT', 'CACHE', 'ASKED', 'HITS', 'RATE', 'TOKENS SAVED', 'SAVED'],
      report.uses.map(({ agent, cache, asked, hits, hitRate, savedTokens, savedUsd }) => [
        agent,
        cache,
        String(asked),
        String(hits),
        percent(hitRate),
        savedTokens.toLocaleString('en-US'),
        showUsd(savedUsd),
      ]),
      columns,
    );
    if (report.semantic.length === 0) return uses;
    const semantic = showTable(
      ['AGENT', 'BY MEANING', 'THRESHOLD', 'MARGIN', 'JUDGED', 'WRONG', 'SHARE WRONG', 'ALLOWED'],
      report.semantic.map(({ agent, state, threshold, margin, judged, wrong, wrongShare, maxWrong }) => [
        agent,
        state === 'on' ? 'on' : 'off: too many hits were wrong',
        threshold === null ? '-' : threshold.toFixed(2),
        margin === null ? '-' : margin.toFixed(2),
        String(judged),
        String(wrong),
        judged === 0 ? '-' : `${percent(wrongShare.low)} to ${percent(wrongShare.high)}`,
        percent(maxWrong),
      ]),
      columns,
    );
    return `${uses}\n${semantic}`;
  });
}

/** `bulkhead cache clear`. @throws BulkheadError `invalid_option` */
export async function clearCache(
  context: CommandContext,
  { tag, agent }: { tag?: string[]; agent?: string },
): Promise<void> {
  if (tag === undefined && agent === undefined) {
    throw new BulkheadError({
      code: 'invalid_option',
      message: 'Say what is to be cleared: --tag <tag>, as tools declare it, or --agent <name>.',
    });
  }
  const client = await context.client();
  const { cleared } = await client.clearCache({
    ...(tag === undefined ? {} : { tags: tag }),
    ...(agent === undefined ? {} : { agent }),
  });
  context.answer({ cleared }, () => `${cleared === 1 ? '1 entry is' : `${cleared} entries are`} cleared.\n`);
}

/** `bulkhead cache mark`. @throws BulkheadError `invalid_option` */
export async function markHit(
  context: CommandContext,
  run: string,
  key: string,
  { wrong, right }: { wrong?: boolean; right?: boolean },
): Promise<void> {
  if ((wrong === true) === (right === true)) {
    throw new BulkheadError({
      code: 'invalid_option',
      message: 'Say either --wrong or --right.',
    });
  }
  const client = await context.client();
  await client.judgeHit({ run, key, wrong: wrong === true });
  context.answer({ run, key, wrong: wrong === true }, () => `It counts as ${wrong ? 'wrong' : 'right'}.\n`);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
