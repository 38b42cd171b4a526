import { z } from 'zod';
import { askForText, type BatchConnection, parseLines } from './batch-connection.ts';
import type { BatchInterface, BatchResult } from './batch-interface.ts';
import { readAnswer } from './read-answer.ts';

const VERSION = '2023-06-01';
/** Of batches in a list. */
const PAGE = 100;
/** A list that goes back further is not read on: 2,000 batches. */
const MOST_PAGES = 20;
/** Clocks of two machines differ, ms. */
const CLOCK_SKEW = 300_000;
/** Longer than handing one over takes, ms. */
const HANDING_OVER = 300_000;

const CountsSchema = z.object({
  processing: z.number(),
  succeeded: z.number(),
  errored: z.number(),
  canceled: z.number(),
  expired: z.number(),
});
const BatchSchema = z.object({
  id: z.string(),
  processing_status: z.string(),
  created_at: z.string(),
  request_counts: CountsSchema,
});
const ListSchema = z.object({
  data: z.array(BatchSchema),
  has_more: z.boolean().nullish(),
  last_id: z.string().nullish(),
});
const LineSchema = z.object({
  custom_id: z.string(),
  result: z.discriminatedUnion('type', [
    z.object({ type: z.literal('succeeded'), message: z.unknown() }),
    z.object({ type: z.literal('errored'), error: z.unknown() }),
    z.object({ type: z.enum(['canceled', 'expired']) }),
  ]),
});
const ErrorSchema = z.object({ error: z.object({ type: z.string() }) });

/** https://docs.anthropic.com/en/api/errors: the status that goes with each name of an error. */
const STATUS: ReadonlyMap<string, number> = new Map([
  ['invalid_request_error', 400],
  ['authentication_error', 401],
  ['billing_error', 402],
  ['permission_error', 403],
  ['not_found_error', 404],
  ['request_too_large', 413],
  ['rate_limit_error', 429],
  ['api_error', 500],
  ['timeout_error', 504],
  ['overloaded_error', 529],
]);

/** Anthropic's Message Batches. A batch has no word of ours about it: its calls' ids tell whose it is, once it ended. */
export function anthropicBatches(given: BatchConnection): BatchInterface {
  const connection = { ...given, headers: { 'anthropic-version': VERSION, ...given.headers } };
  const path = '/messages/batches';
  const ask = async <Value>(
    schema: z.ZodType<Value>,
    ...[at, init]: [string, Parameters<typeof askForText>[2]?]
  ) => readAnswer(schema, await askForText(connection, at, init), connection.name);
  const resultsOf = async (id: string): Promise<z.infer<typeof LineSchema>[]> => {
    const text = await askForText(connection, `${path}/${encodeURIComponent(id)}/results`);
    return parseLines(text).flatMap((line) => {
      const { data } = LineSchema.safeParse(line);
      return data === undefined ? [] : [data];
    });
  };

  return {
    async submit(_id, calls) {
      const betas = [...new Set(calls.flatMap((call) => call.betas))];
      const batch = await ask(BatchSchema, path, {
        method: 'POST',
        body: JSON.stringify({ requests: calls.map(({ id, body }) => ({ custom_id: id, params: body })) }),
        ...(betas.length === 0 ? {} : { headers: { 'anthropic-beta': betas.join(',') } }),
      });
      return batch.id;
    },

    async find({ id, since, calls, others }) {
      let after = '';
      let none: 'none' | 'likely' = 'none';
      for (let page = 0; page < MOST_PAGES; page += 1) {
        const list = await ask(ListSchema, `${path}?limit=${PAGE}${after}`);
        for (const batch of list.data) {
          const after = Date.parse(batch.created_at) - since;
          if (after < -CLOCK_SKEW) return none;
          if (after > HANDING_OVER + CLOCK_SKEW) continue;
          if (others.has(batch.id) || callsOf(batch) !== calls) continue;
          // Its ids are read from its results, which an unfinished batch does not have.
          if (batch.processing_status !== 'ended') none = 'likely';
          else if ((await resultsOf(batch.id)).some((line) => line.custom_id.startsWith(id)))
            return { id: batch.id };
        }
        if (!list.has_more || !list.last_id) return none;
        after = `&after_id=${encodeURIComponent(list.last_id)}`;
      }
      return 'unclear';
    },

    async cancel(id) {
      await ask(BatchSchema, `${path}/${encodeURIComponent(id)}/cancel`, { method: 'POST' });
    },

    async progress(id) {
      const batch = await ask(BatchSchema, `${path}/${encodeURIComponent(id)}`);
      if (batch.processing_status !== 'ended') return { ended: false };
      return { ended: true, results: (await resultsOf(id)).flatMap(toResult) };
    },
  };
}

function callsOf({ request_counts: counts }: z.infer<typeof BatchSchema>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function toResult({ custom_id: id, result }: z.infer<typeof LineSchema>): BatchResult[] {
  switch (result.type) {
    case 'succeeded':
      return [{ id, status: 200, body: JSON.stringify(result.message) }];
    case 'errored': {
      const kind = ErrorSchema.safeParse(result.error).data?.error.type ?? '';
      return [{ id, status: STATUS.get(kind) ?? 500, body: JSON.stringify(result.error) }];
    }
    case 'canceled':
    case 'expired':
      return [];
  }
}
