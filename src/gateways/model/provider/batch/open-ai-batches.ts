import { z } from 'zod';
import { askForText, type BatchConnection, parseLines } from './batch-connection.ts';
import type { BatchInterface, BatchResult } from './batch-interface.ts';
import { readAnswer } from './read-answer.ts';

/** https://platform.openai.com/docs/guides/batch: the only window there is. */
const COMPLETION_WINDOW = '24h';
/** What is asked and answered stays there no longer than it is needed: two days. */
const KEPT_SECONDS = 172_800;
/** The path of each call, whatever the base URL. */
const ENDPOINT = '/v1/chat/completions';
/** Under which a batch carries our id. */
const OUR_ID = 'bulkhead_batch';
/** Of batches in a list. */
const PAGE = 100;
/** A list that goes back further is not read on: 2,000 batches. */
const MOST_PAGES = 20;
/** Clocks of two machines differ, ms. */
const CLOCK_SKEW = 300_000;

const FileSchema = z.object({ id: z.string() });
const BatchSchema = z.object({
  id: z.string(),
  status: z.string(),
  created_at: z.number(),
  output_file_id: z.string().nullish(),
  error_file_id: z.string().nullish(),
  metadata: z.record(z.string(), z.unknown()).nullish(),
});
const ListSchema = z.object({ data: z.array(BatchSchema), has_more: z.boolean().nullish() });
const LineSchema = z.object({
  custom_id: z.string(),
  response: z.object({ status_code: z.number(), body: z.unknown() }).nullish(),
});

const ENDED: ReadonlySet<string> = new Set(['completed', 'failed', 'expired', 'cancelled']);

/** As bytes of a known length: not every proxy takes a body in chunks. */
async function encodeForm(form: FormData) {
  const encoded = new Response(form);
  return {
    body: new Uint8Array(await encoded.arrayBuffer()),
    headers: { 'content-type': String(encoded.headers.get('content-type')) },
  };
}

/** OpenAI's batches: a file of calls, a batch that names it, and a file of results. */
export function openAiBatches(connection: BatchConnection): BatchInterface {
  const ask = async <Value>(
    schema: z.ZodType<Value>,
    ...[path, init]: [string, Parameters<typeof askForText>[2]?]
  ) => readAnswer(schema, await askForText(connection, path, init), connection.name);

  const resultsOf = async (file: string | null | undefined): Promise<BatchResult[]> => {
    if (file === null || file === undefined) return [];
    const text = await askForText(connection, `/files/${encodeURIComponent(file)}/content`);
    return parseLines(text).flatMap((line) => {
      const { data } = LineSchema.safeParse(line);
      // Without a response it expired or was called off.
      if (data?.response === null || data?.response === undefined) return [];
      const { status_code: status, body } = data.response;
      return [{ id: data.custom_id, status, body: JSON.stringify(body) }];
    });
  };

  return {
    async submit(id, calls) {
      const lines = calls.map(({ id, body }) =>
        JSON.stringify({ custom_id: id, method: 'POST', url: ENDPOINT, body }),
      );
      const form = new FormData();
      form.append('purpose', 'batch');
      form.append('expires_after[anchor]', 'created_at');
      form.append('expires_after[seconds]', String(KEPT_SECONDS));
      form.append('file', new Blob([`${lines.join('\n')}\n`], { type: 'application/jsonl' }), `${id}.jsonl`);
      const file = await ask(FileSchema, '/files', { method: 'POST', ...(await encodeForm(form)) });
      const batch = await ask(BatchSchema, '/batches', {
        method: 'POST',
        body: JSON.stringify({
          input_file_id: file.id,
          endpoint: ENDPOINT,
          completion_window: COMPLETION_WINDOW,
          metadata: { [OUR_ID]: id },
          output_expires_after: { anchor: 'created_at', seconds: KEPT_SECONDS },
        }),
      });
      return batch.id;
    },

    async find({ id, since }) {
      let after = '';
      for (let page = 0; page < MOST_PAGES; page += 1) {
        const list = await ask(ListSchema, `/batches?limit=${PAGE}${after}`);
        const found = list.data.find(({ metadata }) => metadata?.[OUR_ID] === id);
        if (found !== undefined) return { id: found.id };
        const last = list.data.at(-1);
        // Latest first.
        if (!list.has_more || last === undefined || last.created_at * 1_000 < since - CLOCK_SKEW)
          return 'none';
        after = `&after=${encodeURIComponent(last.id)}`;
      }
      return 'unclear';
    },

    async cancel(id) {
      await ask(BatchSchema, `/batches/${encodeURIComponent(id)}/cancel`, { method: 'POST' });
    },

    async progress(id) {
      const batch = await ask(BatchSchema, `/batches/${encodeURIComponent(id)}`);
      if (!ENDED.has(batch.status)) return { ended: false };
      const [answered, failed] = await Promise.all([
        resultsOf(batch.output_file_id),
        resultsOf(batch.error_file_id),
      ]);
      return { ended: true, results: [...answered, ...failed] };
    },
  };
}
