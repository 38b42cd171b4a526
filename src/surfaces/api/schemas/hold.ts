import { z } from '@hono/zod-openapi';
import { HOLD_SCOPES, type HoldScope } from '../../../contract/retention.ts';
import type { Hold } from '../../../foundation/queue/retention/index.ts';
import { isUuid } from '../runs/is-uuid.ts';
import { shortText, time } from './fields.ts';

const TARGET = /^(\*|(session|subject):\P{Cc}{1,200}|run:[0-9a-fA-F-]{36})$/u;

export const HoldRequestSchema = z
  .strictObject({
    target: z
      .string()
      .regex(TARGET, "must be 'run:<id>', 'session:<name>', 'subject:<name>' or '*'")
      .refine(
        (target) => !target.startsWith('run:') || isUuid(target.slice(4)),
        'does not name a run by its id',
      )
      .openapi({
        description: 'A run with its children, a conversation, all about a subject, or everything.',
      }),
    reason: shortText.openapi({ description: 'Kept in the audit trail.' }),
  })
  .openapi('HoldRequest');

export const HoldSchema = z
  .object({
    id: z.string(),
    target: z.string(),
    scope: z.enum(HOLD_SCOPES),
    reason: z.string(),
    setBy: z.string(),
    setAt: time,
    releasedBy: z.string().nullable(),
    releasedAt: time.nullable(),
  })
  .openapi('Hold');

/** What a target names: `subject:ann` is the subject ann, `*` the tenant. */
export function readTarget(target: string): { scope: HoldScope; target: string | null } {
  if (target === '*') return { scope: 'tenant', target: null };
  const colon = target.indexOf(':');
  return { scope: target.slice(0, colon) as HoldScope, target: target.slice(colon + 1) };
}

export function showHold({ scope, target, ...hold }: Hold): z.infer<typeof HoldSchema> {
  return {
    ...hold,
    scope,
    target: target === null ? '*' : `${scope}:${target}`,
    setAt: hold.setAt.toISOString(),
    releasedAt: hold.releasedAt?.toISOString() ?? null,
  };
}
