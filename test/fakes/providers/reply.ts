import type { TokenUsage } from '../../../src/contract/usage.ts';

/** An answer that a fake gives, said once for every wire format. */
export type FakeReply = {
  text?: string;
  /** The pieces in which the text is streamed. Default: word by word. */
  chunks?: string[];
  /** Streamed by Anthropic's wire; Chat Completions keeps it to itself. */
  reasoning?: string;
  toolCalls?: { name: string; input: unknown; id?: string }[];
  /** Default: a quarter of the characters. `'none'`: not reported (Chat Completions only). */
  usage?: Partial<TokenUsage> | 'none';
  /** Default: `tool-calls` when there are some, else `stop`. */
  finishReason?: 'stop' | 'length' | 'tool-calls' | 'content-filter';
  /** The model that the provider says it used. Default: the one that was asked. */
  model?: string;
};

/** A reply with everything decided, ready for a wire. */
export type Script = {
  number: number;
  model: string;
  chunks: string[];
  reasoning: string;
  /** Arguments as the text that goes over the wire, perhaps not valid JSON. */
  toolCalls: { id: string; name: string; arguments: string }[];
  usage: TokenUsage | undefined;
  finishReason: NonNullable<FakeReply['finishReason']>;
};

/** Decides what a reply left open. */
export function toScript(
  reply: FakeReply,
  { number, model, prompt }: { number: number; model: string; prompt: string },
): Script {
  const chunks = reply.chunks ?? words(reply.text ?? '');
  const toolCalls = (reply.toolCalls ?? []).map(({ name, input, id }, index) => ({
    id: id ?? `call_${number}_${index}`,
    name,
    arguments: JSON.stringify(input),
  }));
  const said = chunks.join('') + toolCalls.map((call) => call.arguments).join('');
  return {
    number,
    model: reply.model ?? model,
    chunks,
    reasoning: reply.reasoning ?? '',
    toolCalls,
    usage:
      reply.usage === 'none'
        ? undefined
        : {
            inputTokens: Math.ceil(prompt.length / 4),
            outputTokens: Math.ceil(said.length / 4),
            cacheReadTokens: 0,
            cacheWriteTokens: 0,
            reasoningTokens: 0,
            ...reply.usage,
          },
    finishReason: reply.finishReason ?? (toolCalls.length > 0 ? 'tool-calls' : 'stop'),
  };
}

/** Cuts text behind its spaces. */
export function words(text: string): string[] {
  return text.match(/\S+\s*|\s+/g) ?? [];
}

/** Cuts arguments as providers do, in the middle of words. */
export function fragments(text: string): string[] {
  return text.match(/[\s\S]{1,7}/g) ?? [];
}
