import type { LanguageModelV4FilePart } from '@ai-sdk/provider';

/** A file in a prompt, as far as its size goes. */
export type FileLike = Pick<LanguageModelV4FilePart, 'data' | 'mediaType'>;

/** An image of the largest size that is not scaled down: Anthropic's width × height / 750; OpenAI's are smaller. */
const perImage = 1_600;

/** A scanned page of a PDF is about 75 kB and 3,000 tokens. Sound and film take less, so this errs upwards. */
const bytesPerToken = 25;

/**
 * A guess at the tokens of a file, or its text when it is text, to be counted.
 *
 * @example
 * estimateFileTokens({ mediaType: 'image/png', data: { type: 'data', data: '…' } }); // 1600
 */
export function estimateFileTokens({ data, mediaType }: FileLike): number | string {
  if (data.type === 'text') return data.text;
  if (mediaType.startsWith('image') || data.type !== 'data') return perImage;
  if (mediaType.startsWith('text') || mediaType === 'application/json') {
    const bytes = typeof data.data === 'string' ? Buffer.from(data.data, 'base64') : data.data;
    return Buffer.from(bytes).toString('utf8');
  }
  const size = typeof data.data === 'string' ? (data.data.length * 3) / 4 : data.data.length;
  return Math.ceil(size / bytesPerToken);
}
