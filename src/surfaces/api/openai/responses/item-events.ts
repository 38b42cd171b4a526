import type { CallItem, ReasoningItem } from './output-items.ts';

/** An event of a response, before it has its number. */
export type Event = { type: string } & Record<string, unknown>;

/** A call that is whole: providers' pieces of arguments are held back until they are. */
export function* callEvents(item: CallItem, index: number): Generator<Event, void, undefined> {
  const place = { item_id: item.id, output_index: index };
  const { arguments: args, name } = item;
  yield {
    type: 'response.output_item.added',
    output_index: index,
    item: { ...item, status: 'in_progress', arguments: '' },
  };
  yield { type: 'response.function_call_arguments.delta', ...place, delta: args };
  yield { type: 'response.function_call_arguments.done', ...place, name, arguments: args };
  yield { type: 'response.output_item.done', output_index: index, item };
}

export function* reasoningEvents(item: ReasoningItem, index: number): Generator<Event, void, undefined> {
  yield { type: 'response.output_item.added', output_index: index, item: { ...item, summary: [] } };
  for (const [part, { text }] of item.summary.entries()) {
    const place = { item_id: item.id, output_index: index, summary_index: part };
    const summary = (said: string) => ({ type: 'summary_text', text: said });
    yield { type: 'response.reasoning_summary_part.added', ...place, part: summary('') };
    yield { type: 'response.reasoning_summary_text.delta', ...place, delta: text };
    yield { type: 'response.reasoning_summary_text.done', ...place, text };
    yield { type: 'response.reasoning_summary_part.done', ...place, part: summary(text) };
  }
  yield { type: 'response.output_item.done', output_index: index, item };
}
