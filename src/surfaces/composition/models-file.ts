import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { BulkheadError } from '../../contract/errors.ts';
import { hasBatches, providers } from '../../gateways/model/provider/index.ts';
import type { PriceOverrides } from '../../pillars/budget/price/index.ts';
import type { OperatorModels } from '../../pillars/routing/index.ts';
import type { DeclaredWindows } from '../../pillars/window/index.ts';

/** What an operator says about models. */
export type ModelsFile = {
  prices: PriceOverrides;
  /** By provider: `{ openai: { concurrency: 32 } }`. */
  providers: Readonly<Record<string, ProviderSettings>>;
  /** Tokens that a model takes, prompt and answer together, by `'provider/model'`. */
  windows: DeclaredWindows;
  /** What models can do and where they are, and which of them a tenant may ask. */
  routing: OperatorModels & { quality?: number };
};

/** What an operator says about one provider. */
export type ProviderSettings = {
  /** Calls that a worker may have under way there at once. */
  concurrency?: number;
  /** When a batch of the lane `batch` is handed over there: so many requests, or so long after the first of them. */
  batch?: { requests?: number; seconds?: number };
};

const rate = z.number().min(0).max(1_000_000);
const moment = z
  .union(
    [z.iso.date(), z.iso.datetime({ offset: true })],
    "must be a date: '2026-11-01' or '2026-11-01T06:00:00Z'",
  )
  .transform((text) => Date.parse(text));

const PriceSchema = z.strictObject({
  inputPerMillion: rate.optional(),
  outputPerMillion: rate.optional(),
  cacheReadPerMillion: rate.optional(),
  cacheWritePerMillion: rate.optional(),
  multiplier: rate.optional(),
  from: moment.optional(),
  until: moment.optional(),
});

const modelName = z.string().regex(/^[^/\s]+(\/\S+)?$/, "must be a model's full name: 'provider/model'");

const ProviderSchema = z.strictObject({
  concurrency: z.int().min(1).max(100_000).optional(),
  batch: z
    .strictObject({
      requests: z.int().min(1).max(50_000).optional(),
      seconds: z.number().min(0).max(86_400).optional(),
    })
    .optional(),
});
const providerName = z
  .string()
  .refine((name) => providers.has(name), `must be a provider: one of ${[...providers.keys()].join(', ')}`);

/** A setting that would do nothing is a mistake. */
function refuseBatchesOfOthers(
  settings: Record<string, z.infer<typeof ProviderSchema>>,
  context: z.RefinementCtx,
): void {
  for (const [name, { batch }] of Object.entries(settings)) {
    if (batch === undefined || hasBatches(name)) continue;
    const message = `has no batch interface here; ${[...providers.keys()].filter(hasBatches).join(' and ')} have`;
    context.addIssue({ code: 'custom', path: [name, 'batch'], message });
  }
}

const pattern = z.string().regex(/^\S+$/, "must be a model's name or a pattern: 'mistral/*'");
const region = z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/, "must be a region: 'eu'");
const CapabilitiesSchema = z.strictObject({
  tools: z.boolean().optional(),
  schema: z.boolean().optional(),
  images: z.boolean().optional(),
  audio: z.boolean().optional(),
  files: z.boolean().optional(),
  regions: z.array(region).min(1).optional(),
});
const TenantSchema = z.strictObject({ models: z.array(pattern) });
const RoutingSchema = z.strictObject({ quality: z.number().min(0.5).max(1).optional() });

/** The sections of the file; one that is not there changes nothing. */
const ModelsFileSchema = z.strictObject({
  prices: z.record(modelName, z.union([PriceSchema, z.array(PriceSchema).min(1)])).default({}),
  providers: z.record(providerName, ProviderSchema).superRefine(refuseBatchesOfOthers).default({}),
  windows: z.record(modelName, z.int().min(1_024).max(100_000_000)).default({}),
  models: z.record(pattern, CapabilitiesSchema).default({}),
  tenants: z.record(z.string().min(1), TenantSchema).default({}),
  routing: RoutingSchema.default({}),
});

/**
 * Reads the operator's file about models, which `BULKHEAD_MODELS` names.
 *
 * @param file its path; without one nothing is said
 * @throws BulkheadError `invalid_models_file`, naming the file and the field
 * @example
 * // models.json: { "prices": { "openai/gpt-5-mini": [{ "multiplier": 0.8, "from": "2026-12-01" }] } }
 * await readModelsFile('models.json'); // { prices: { 'openai/gpt-5-mini': [{ multiplier: 0.8, from: 1796083200000 }] } }
 */
export async function readModelsFile(file: string | undefined): Promise<ModelsFile> {
  if (file === undefined || file === '') return NOTHING_SAID;
  const refuse = (reason: string) =>
    new BulkheadError({
      code: 'invalid_models_file',
      message: `The models file ${file}, which BULKHEAD_MODELS names, cannot be used: ${reason}. Correct it and start again.`,
    });
  const content = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw refuse(error.code === 'ENOENT' ? 'there is no such file' : error.message);
  });
  const parsed = ModelsFileSchema.safeParse(parse(content, refuse));
  if (!parsed.success) throw refuse(firstProblem(parsed.error.issues));
  const prices = Object.entries(parsed.data.prices).map(
    ([model, given]) => [model, Array.isArray(given) ? given.map(present) : present(given)] as const,
  );
  const providers = Object.entries(parsed.data.providers).map(([name, { concurrency, batch }]) => {
    const settings: ProviderSettings = {
      ...(concurrency === undefined ? {} : { concurrency }),
      ...(batch === undefined ? {} : { batch: present(batch) }),
    };
    return [name, settings] as const;
  });
  return {
    prices: Object.fromEntries(prices),
    providers: Object.fromEntries(providers),
    windows: parsed.data.windows,
    routing: routingOf(parsed.data),
  };
}

const NOTHING_SAID: ModelsFile = {
  prices: {},
  providers: {},
  windows: {},
  routing: { models: {}, tenants: {} },
};

function routingOf({ models, tenants, routing }: z.infer<typeof ModelsFileSchema>): ModelsFile['routing'] {
  const { quality } = routing;
  return {
    models: Object.fromEntries(Object.entries(models).map(([name, said]) => [name, present(said)] as const)),
    tenants,
    ...(quality === undefined ? {} : { quality }),
  };
}

/** Without the fields that are not there. */
function present<Said extends object>(said: Said): Present<Said> {
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)) as Present<Said>;
}

type Present<Said> = { [Field in keyof Said]: Exclude<Said[Field], undefined> };

function firstProblem(issues: readonly z.core.$ZodIssue[]): string {
  const [issue] = issues;
  if (issue === undefined) return 'it is not of its form';
  // Of the forms that a value may have, the problem of the one that comes nearest says most.
  if (issue.code === 'invalid_union') {
    const nearest = issue.errors.toSorted((one, other) => depth(other) - depth(one))[0]?.[0];
    if (nearest !== undefined && (nearest.path.length > 0 || nearest.code === 'unrecognized_keys')) {
      return firstProblem([{ ...nearest, path: [...issue.path, ...nearest.path] } as z.core.$ZodIssue]);
    }
  }
  const message = issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
  return `${issue.path.join('.') || 'the whole'}: ${message}`;
}

function depth(issues: readonly z.core.$ZodIssue[]): number {
  return Math.max(0, ...issues.map(({ path, code }) => path.length + (code === 'unrecognized_keys' ? 1 : 0)));
}

function parse(content: string, refuse: (reason: string) => BulkheadError): unknown {
  try {
    return JSON.parse(content);
  } catch {
    throw refuse('it is not valid JSON');
  }
}
