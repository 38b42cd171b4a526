import { z } from '@hono/zod-openapi';
import type { ModelContent } from '../../../../contract/model.ts';
import { givenJson } from '../../schemas/fields.ts';
import type { ReasoningPart } from '../prompt/prompt-parts.ts';

type Reasoning = Extract<ModelContent, { type: 'reasoning' }>;

/** Tells what was made here from what another server made. */
const PREFIX = 'bulkhead.';

const Carried = z.object({
  text: z.string(),
  metadata: z.record(z.string(), z.record(z.string(), givenJson)).optional(),
});

/**
 * Reasoning with what its provider signed it with, as the `encrypted_content` that a client hands back unread:
 * providers that reason while they call tools want their own reasoning again. It holds nothing that its reader may
 * not know, and the provider checks the signature.
 *
 * @example
 * openReasoning(sealReasoning({ type: 'reasoning', text: 'Hm.' })); // { type: 'reasoning', text: 'Hm.' }
 */
export function sealReasoning({ text, providerMetadata: metadata }: Reasoning): string {
  return PREFIX + Buffer.from(JSON.stringify({ text, metadata })).toString('base64url');
}

/** @returns undefined for what no server of this kind made: no provider here could use it */
export function openReasoning(sealed: string): ReasoningPart | undefined {
  if (!sealed.startsWith(PREFIX)) return undefined;
  try {
    const text = Buffer.from(sealed.slice(PREFIX.length), 'base64url').toString();
    const carried = Carried.safeParse(JSON.parse(text));
    if (!carried.success) return undefined;
    const { text: said, metadata } = carried.data;
    return {
      type: 'reasoning',
      text: said,
      ...(metadata === undefined ? {} : { providerOptions: metadata as ReasoningPart['providerOptions'] }),
    } as ReasoningPart;
  } catch {
    return undefined;
  }
}
