import type {
  LanguageModelV4CallOptions,
  LanguageModelV4Message,
  LanguageModelV4Prompt,
} from '@ai-sdk/provider';
import type { ModelRequest, OfferedTool } from '../../contract/model.ts';
import { requestProviderOptions } from './request-provider-options.ts';

type FunctionTool = Extract<NonNullable<LanguageModelV4CallOptions['tools']>[number], { type: 'function' }>;
type Schema = FunctionTool['inputSchema'];

/** A request as JSON, in the form that the providers' packages take. */
export function toCallOptions(request: ModelRequest): LanguageModelV4CallOptions {
  const { prompt, tools = [], responseFormat, maxOutputTokens, temperature, reasoning } = request;
  const { toolChoice, topP, stopSequences, seed, frequencyPenalty, presencePenalty } = request;
  const providerOptions = requestProviderOptions(request);
  return {
    prompt: withUrls(prompt),
    ...(tools.length === 0 ? {} : { tools: tools.map(toFunction) }),
    ...(toolChoice === undefined || tools.length === 0 ? {} : { toolChoice }),
    ...(responseFormat === undefined ? {} : { responseFormat: toFormat(responseFormat) }),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { topP }),
    ...(stopSequences === undefined ? {} : { stopSequences }),
    ...(seed === undefined ? {} : { seed }),
    ...(frequencyPenalty === undefined ? {} : { frequencyPenalty }),
    ...(presencePenalty === undefined ? {} : { presencePenalty }),
    ...(reasoning === undefined ? {} : { reasoning }),
    ...(providerOptions === undefined ? {} : { providerOptions }),
  };
}

function toFunction({ name, description, inputSchema, strict, providerOptions }: OfferedTool): FunctionTool {
  return {
    type: 'function',
    name,
    description,
    inputSchema: inputSchema as Schema,
    ...(strict === undefined ? {} : { strict }),
    ...(providerOptions === undefined ? {} : { providerOptions }),
  };
}

function toFormat({
  type,
  schema,
  name,
  description,
}: NonNullable<ModelRequest['responseFormat']>): NonNullable<LanguageModelV4CallOptions['responseFormat']> {
  return {
    type,
    ...(schema === undefined ? {} : { schema: schema as Schema }),
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
  };
}

/** JSON has no addresses: what was one came as its text. */
function withUrls(prompt: LanguageModelV4Prompt): LanguageModelV4Prompt {
  return prompt.map((message): LanguageModelV4Message => {
    if (message.role !== 'user') return message;
    return {
      ...message,
      content: message.content.map((part) => {
        if (part.type !== 'file' || part.data.type !== 'url') return part;
        const url: unknown = part.data.url;
        return typeof url === 'string' && URL.canParse(url)
          ? { ...part, data: { ...part.data, url: new URL(url) } }
          : part;
      }),
    };
  });
}
