import type { ModelResponse } from '../../contract/model.ts';

/** The text parts of an answer, joined. */
export function textOf(response: ModelResponse): string {
  return response.content.map((part) => (part.type === 'text' ? part.text : '')).join('');
}
