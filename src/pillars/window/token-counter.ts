import { hash } from 'node:crypto';
import { setImmediate as othersTurn } from 'node:timers/promises';
import type {
  LanguageModelV4CallOptions,
  LanguageModelV4Message,
  LanguageModelV4Prompt,
} from '@ai-sdk/provider';
import type { ModelRequest } from '../../contract/model.ts';

/** Tokens of a prompt with the tools that are offered in it. */
export type EstimateTokens = (
  prompt: LanguageModelV4Prompt,
  tools?: LanguageModelV4CallOptions['tools'],
) => Promise<number>;

/** Counts tokens by a tokenizer, each message once. */
export type TokenCounter = {
  message(message: LanguageModelV4Message): Promise<number>;
  request(request: Pick<ModelRequest, 'prompt' | 'tools' | 'responseFormat'>): Promise<number>;
};

/** A count takes some 100 bytes. */
const REMEMBERED = 20_000;

/** Characters that are tokenized in one go: 6 ms. */
const IN_ONE_GO = 65_536;

/**
 * A prompt comes anew from the journal at each step, with the messages of the one before and some more: what a
 * message takes is remembered by its content, as a hash.
 *
 * @example
 * const counter = createTokenCounter(estimateTokens);
 * await counter.request({ prompt: [{ role: 'system', content: 'Be brief.' }] }); // 9
 */
export function createTokenCounter(estimate: EstimateTokens, remembered = REMEMBERED): TokenCounter {
  const known = new Map<string, number>();
  let frame: Promise<number> | undefined;
  let inOneGo = 0;

  /** Of objects on their way through one pipeline: who asks again need not hash again. */
  const onTheirWay = new WeakMap<object, number>();

  async function counted(content: object, count: () => Promise<number>): Promise<number> {
    const held = onTheirWay.get(content);
    if (held !== undefined) return held;
    const tokens = await byContent(content, count);
    onTheirWay.set(content, tokens);
    return tokens;
  }

  async function byContent(content: object, count: () => Promise<number>): Promise<number> {
    const text = JSON.stringify(content) ?? '';
    const key = hash('sha256', text, 'base64');
    const found = known.get(key);
    if (found !== undefined) {
      // What was used last is forgotten last.
      known.delete(key);
      known.set(key, found);
      return found;
    }
    inOneGo += text.length;
    if (inOneGo > IN_ONE_GO) {
      inOneGo = 0;
      await othersTurn();
    }
    frame ??= estimate([]);
    const tokens = (await count()) - (await frame);
    for (const oldest of known.keys()) {
      if (known.size < remembered) break;
      known.delete(oldest);
    }
    known.set(key, tokens);
    return tokens;
  }

  const message = (one: LanguageModelV4Message) => counted(one, () => estimate([one]));
  return {
    message,
    async request({ prompt, tools = [], responseFormat }) {
      frame ??= estimate([]);
      let sum = await frame;
      if (tools.length > 0) {
        const offered = tools.map(({ name, description, inputSchema }) => ({
          type: 'function' as const,
          name,
          description,
          inputSchema,
        }));
        sum += await counted(tools, () => estimate([], offered));
      }
      const schema = responseFormat?.schema;
      if (schema !== undefined) {
        // A provider tells its model the schema of the answer as it would tell it that of a tool.
        const answer = {
          type: 'function' as const,
          name: responseFormat?.name ?? 'json',
          inputSchema: schema,
        };
        sum += await counted(schema, () => estimate([], [answer]));
      }
      for (const one of prompt) sum += await message(one);
      return sum;
    },
  };
}
