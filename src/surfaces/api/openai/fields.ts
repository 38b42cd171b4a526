import { z } from '@hono/zod-openapi';
import { nestsWithin } from '../schemas/nesting.ts';

/** A field that changes nothing here: it is taken so that clients need not leave it out. */
export const accepted = z.unknown().optional();

/**
 * A field that asks for what this server cannot do. The values that ask for nothing pass; any other is refused in
 * words that follow the field's name.
 *
 * @example
 * refused('cannot be honoured: one choice is made', 1); // n: 1 passes, n: 2 does not
 */
export function refused(reason: string, ...harmless: readonly unknown[]) {
  const passing = new Set(['undefined', 'null', ...harmless.map((value) => JSON.stringify(value))]);
  // Nothing that passes nests, and what nests deep would end the serialiser's stack.
  const passes = (value: unknown) =>
    nestsWithin(value, 1) && passing.has(JSON.stringify(value) ?? 'undefined');
  return z.unknown().refine(passes, reason).optional();
}

/** A name as OpenAI's wire allows it for functions and formats. */
export const functionName = z
  .string()
  .regex(/^[a-zA-Z0-9_-]{1,64}$/, 'must be 1 to 64 letters, digits, "_" or "-"');

/** An id that a provider or a client gave to a tool call. */
export const callId = z
  .string()
  .min(1)
  .max(200)
  .regex(/^\P{Cc}*$/u, 'has control characters');

export const effort = z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']).nullish();

/** Content that may be a text or a list of parts, as the list that it stands for. */
export function contentOf<Part extends z.ZodType>(part: Part, textType: string) {
  return z
    .preprocess(
      (value) => (typeof value === 'string' ? [{ type: textType, text: value }] : value),
      z.array(part, { error: textOrParts }),
    )
    .openapi({ type: ['string', 'array'], description: 'A text, or a list of parts.' });
}

/** One that is not there is said to be missing, as every other field. */
function textOrParts({ input }: { input?: unknown }): string | undefined {
  return input === undefined ? undefined : 'must be a text or a list of parts';
}

/** What a union says of a kind that it does not have. */
export function unknownKind(sentence: string) {
  return (issue: { code?: string | undefined }) => (issue.code === 'invalid_union' ? sentence : undefined);
}
