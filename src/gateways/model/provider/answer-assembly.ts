import type {
  LanguageModelV4Content,
  LanguageModelV4ResponseMetadata,
  LanguageModelV4StreamPart,
  SharedV4ProviderMetadata,
  SharedV4Warning,
} from '@ai-sdk/provider';

type TextBlock = Extract<LanguageModelV4Content, { type: 'text' | 'reasoning' }>;
type Finish = Extract<LanguageModelV4StreamPart, { type: 'finish' }>;

/**
 * Puts the parts of a stream together: content in the order in which its blocks began.
 *
 * @example
 * const assembly = new AnswerAssembly();
 * assembly.add({ type: 'text-start', id: '0' });
 * assembly.add({ type: 'text-delta', id: '0', delta: 'hello' }); // 'hello'
 * assembly.content; // [{ type: 'text', text: 'hello' }]
 */
export class AnswerAssembly {
  warnings: SharedV4Warning[] = [];
  response: LanguageModelV4ResponseMetadata = {};
  /** The last word of the stream. */
  finish: Finish | undefined;
  readonly #content: LanguageModelV4Content[] = [];
  readonly #open = new Map<string, TextBlock>();

  /** Whether the provider said so: packages close a stream that was cut with a finish of their own. */
  get complete(): boolean {
    return this.finish !== undefined && this.finish.finishReason.unified !== 'interrupted';
  }

  /** What was said, without blocks that hold nothing. */
  get content(): LanguageModelV4Content[] {
    return this.#content.filter(saysSomething);
  }

  /** @returns the text that this part adds to the answer, if any */
  add(part: LanguageModelV4StreamPart): string | undefined {
    switch (part.type) {
      case 'stream-start':
        this.warnings = part.warnings;
        return undefined;
      case 'response-metadata':
        this.response = { ...this.response, ...part };
        return undefined;
      case 'text-start':
      case 'reasoning-start':
        this.#begin(part.type === 'text-start' ? 'text' : 'reasoning', part);
        return undefined;
      case 'text-delta':
        this.#extend('text', part).text += part.delta;
        return part.delta;
      case 'reasoning-delta':
        this.#extend('reasoning', part).text += part.delta;
        return undefined;
      case 'text-end':
      case 'reasoning-end':
        this.#end(part.type === 'text-end' ? 'text' : 'reasoning', part);
        return undefined;
      case 'tool-result':
        this.#addResult(part);
        return undefined;
      case 'finish':
        this.finish = part;
        return undefined;
      case 'custom':
        // Marks the start of a stream and says nothing; without a stream it would not be there.
        if (part.kind !== 'anthropic.message_start') this.#content.push(part);
        return undefined;
      case 'tool-call':
      case 'tool-approval-request':
      case 'file':
      case 'reasoning-file':
      case 'source':
        this.#content.push(part);
        return undefined;
      default:
        // Fragments of a tool call, pings and raw chunks: the whole call follows as one part.
        return undefined;
    }
  }

  #begin(type: TextBlock['type'], { id, providerMetadata }: BlockPart): TextBlock {
    const block: TextBlock = {
      type,
      text: '',
      ...(providerMetadata === undefined ? {} : { providerMetadata }),
    };
    this.#open.set(`${type} ${id}`, block);
    this.#content.push(block);
    return block;
  }

  #extend(type: TextBlock['type'], part: BlockPart): TextBlock {
    const block = this.#open.get(`${type} ${part.id}`) ?? this.#begin(type, part);
    if (part.providerMetadata !== undefined) {
      block.providerMetadata = merged(block.providerMetadata, part.providerMetadata);
    }
    return block;
  }

  #end(type: TextBlock['type'], part: BlockPart): void {
    this.#extend(type, part);
    this.#open.delete(`${type} ${part.id}`);
  }

  #addResult(part: Extract<LanguageModelV4Content, { type: 'tool-result' }>): void {
    const preliminary = this.#content.findIndex(
      (other) =>
        other.type === 'tool-result' && other.toolCallId === part.toolCallId && other.preliminary === true,
    );
    if (preliminary < 0) this.#content.push(part);
    else this.#content[preliminary] = part;
  }
}

/** False for a block of text that holds nothing. */
export function saysSomething(part: LanguageModelV4Content): boolean {
  if (part.type !== 'text' && part.type !== 'reasoning') return true;
  return part.text !== '' || part.providerMetadata !== undefined;
}

type BlockPart = { id: string; providerMetadata?: SharedV4ProviderMetadata };

function merged(
  before: SharedV4ProviderMetadata | undefined,
  after: SharedV4ProviderMetadata,
): SharedV4ProviderMetadata {
  const result = { ...before };
  for (const [provider, values] of Object.entries(after))
    result[provider] = { ...result[provider], ...values };
  return result;
}
