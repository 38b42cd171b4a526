import type { EntryMeta } from '../../../contract/entry.ts';
import { nanoUsdAtMost } from './nano-usd.ts';
import type { Needs } from './spend-limit.ts';

/** What a call took of the budgets, by its run's journal. */
export type Charge = { at: number; costs: Needs };

/**
 * What the calls of one run were charged whose beginnings stand in these entries: what they cost where that is
 * written down, all that was set aside where it is not.
 *
 * @param metas of one owner, in their order
 * @example
 * chargesOf([{ kind: 'model.started', at: 1, key: 'm', attempt: 1, model: 'local', reservedTokens: 9, reservedUsd: 0 }]);
 * // [{ at: 1, costs: { nano_usd: 0, tokens: 9 } }]
 */
export function chargesOf(metas: Iterable<EntryMeta & { at: number }>): Charge[] {
  const charges: Charge[] = [];
  /** By step: it has at most one attempt under way. */
  const open = new Map<string, Charge>();
  for (const meta of metas) {
    switch (meta.kind) {
      case 'model.started': {
        const costs = { nano_usd: nanoUsdAtMost(meta.reservedUsd), tokens: meta.reservedTokens };
        const charge = { at: meta.at, costs };
        open.set(meta.key, charge);
        charges.push(charge);
        break;
      }
      case 'model.attempted':
        settle(open, meta.key, { nano_usd: nanoUsdAtMost(meta.usd), tokens: meta.tokens });
        break;
      case 'model.completed': {
        const { usage, usd } = meta;
        if (usage === undefined) break;
        // No model was asked, but an embedder may have been: that began before it ended here.
        if (meta.cached === 'semantic') {
          charges.push({
            at: meta.at,
            costs: { nano_usd: nanoUsdAtMost(usd ?? 0), tokens: usage.inputTokens },
          });
          break;
        }
        const reserved = open.get(meta.key)?.costs.nano_usd ?? 0;
        const tokens = usage.inputTokens + usage.outputTokens;
        settle(open, meta.key, { nano_usd: usd === undefined ? reserved : nanoUsdAtMost(usd), tokens });
        break;
      }
      case 'tool.started':
        if (meta.usd !== undefined)
          charges.push({ at: meta.at, costs: { nano_usd: nanoUsdAtMost(meta.usd), tokens: 0 } });
        break;
    }
  }
  return charges;
}

function settle(open: Map<string, Charge>, key: string, costs: Needs): void {
  const charge = open.get(key);
  if (charge !== undefined) charge.costs = costs;
  open.delete(key);
}
