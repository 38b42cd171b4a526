import type { NewEntry } from '../../contract/entry.ts';
import type { Json } from '../../contract/json.ts';
import type { ReviewKind } from '../../contract/review.ts';
import { type ClaimedRun, type InboxMessage, inboxContext } from '../../foundation/queue/index.ts';
import type { DataKey } from '../../foundation/vault/index.ts';
import type { ExecutorServices } from './services.ts';

/** Turns what was filed for a run into entries of its journal, in the order in which it was filed. */
export async function intake(
  message: InboxMessage,
  run: ClaimedRun,
  key: DataKey,
  services: Pick<ExecutorServices, 'readChild'>,
): Promise<NewEntry> {
  const { meta, number: inbox } = message;
  const text = (name: string) => String(meta[name] ?? '');
  switch (message.kind) {
    case 'decision':
      return {
        meta: {
          kind: 'review.decided',
          key: text('key'),
          review: text('review'),
          reviewKind: text('reviewKind') as ReviewKind,
          decision: text('decision'),
          principal: text('principal'),
          binding: text('binding'),
          inbox,
        },
        ...bodyOf(message, run, key),
      };
    case 'cancel':
      return { meta: { kind: 'cancel.requested', principal: text('principal'), inbox } };
    case 'batch':
      return { meta: { kind: 'model.batch-ended', key: text('key'), request: text('request'), inbox } };
    case 'late-effect':
      return {
        meta: {
          kind: 'effect.late',
          key: text('key'),
          tool: text('tool'),
          outcome: text('outcome') === 'ok' ? 'ok' : 'error',
          inbox,
        },
      };
    case 'child': {
      const child = await services.readChild(run.facts.tenant, text('child'));
      const ok = child.status === 'succeeded';
      return {
        meta: {
          kind: 'child.completed',
          key: text('key'),
          child: text('child'),
          outcome: ok ? 'ok' : 'error',
          usage: child.usage,
          tokens: child.tokens,
          usd: child.usd,
          modelCalls: child.modelCalls,
          toolCalls: child.toolCalls,
          inbox,
          ...(child.error === undefined ? {} : { code: child.error.code }),
        },
        body: ok
          ? { output: child.output }
          : {
              error: child.error ?? {
                code: 'child_cancelled',
                message: `Child run ${text('child')} was cancelled.`,
              },
            },
      };
    }
  }
}

function bodyOf(
  message: InboxMessage,
  run: ClaimedRun,
  key: DataKey,
): { body?: { note?: string; output?: Json } } {
  if (message.body === null) return {};
  const opened = key.open(message.body, inboxContext(run.facts.tenant, run.facts.id, message.number));
  return { body: JSON.parse(opened.toString()) as { note?: string; output?: Json } };
}
