import type {
  LanguageModelV4CallOptions,
  LanguageModelV4Message,
  LanguageModelV4Prompt,
} from '@ai-sdk/provider';
import type { ModelRequest } from '../../contract/model.ts';

type Schema = Extract<
  NonNullable<LanguageModelV4CallOptions['tools']>[number],
  { type: 'function' }
>['inputSchema'];

/** A request as JSON, in the form that the providers' packages take. */
export function toCallOptions(request: ModelRequest): LanguageModelV4CallOptions {
  const { prompt, tools, responseFormat, maxOutputTokens, temperature, reasoning } = request;
  return {
    prompt: withUrls(prompt),
    ...(tools === undefined || tools.length === 0
      ? {}
      : {
          tools: tools.map(({ name, description, inputSchema, providerOptions }) => ({
            type: 'function',
            name,
            description,
            inputSchema: inputSchema as Schema,
            ...(providerOptions === undefined ? {} : { providerOptions }),
          })),
        }),
    ...(responseFormat === undefined
      ? {}
      : { responseFormat: { ...responseFormat, schema: responseFormat.schema as Schema } }),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(reasoning === undefined ? {} : { reasoning }),
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
