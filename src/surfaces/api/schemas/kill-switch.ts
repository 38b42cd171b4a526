import { z } from '@hono/zod-openapi';
import type { SetKillSwitch } from '../../../pillars/release/index.ts';
import { shortText, time } from './fields.ts';

const TARGET = /^(\*|(agent|tool|model):[^\s\p{Cc}]{1,200})$/u;

export const KillSwitchRequestSchema = z
  .strictObject({
    target: z
      .string()
      .regex(TARGET, "must be '*', 'agent:<name>', 'tool:<name>' or 'model:<provider/model>'"),
    reason: shortText.openapi({
      description: 'Shown to everybody whose work it stops, and kept in the audit trail.',
    }),
  })
  .openapi('KillSwitchRequest');

export const KillSwitchSchema = z
  .object({ id: z.string(), target: z.string(), reason: z.string(), setBy: z.string(), setAt: time })
  .openapi('KillSwitch');

export function showKillSwitch(set: SetKillSwitch): z.infer<typeof KillSwitchSchema> {
  return { ...set, setAt: set.setAt.toISOString() };
}
