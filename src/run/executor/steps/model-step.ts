import type { CachedAnswer } from '../../../contract/cache.ts';
import { candidatesOf } from '../../../contract/candidates.ts';
import { serializeError } from '../../../contract/errors.ts';
import type { ModelCall } from '../../../contract/gateway-call.ts';
import type { Json } from '../../../contract/json.ts';
import { liveText } from '../live-text.ts';
import { promptDelta } from '../prompt-delta.ts';
import type { StepHandler } from './step-context.ts';

/** One model call through the model gateway. */
export const modelStep: StepHandler<'model'> = async (context, { request }) => {
  const { step, services, run, journal } = context;
  const startedAt = services.clock.now();
  const candidates = candidatesOf(
    request.model ?? context.definition.model,
    services.defaultModel,
    request.tier,
  );
  const [{ model }] = candidates;
  // Worked out when it is written down: calls side by side end in any order, and the last one that ended is what counts.
  const prompt = () => promptDelta(journal.views, step.key, request.prompt as unknown as Json[]);
  const live = liveText(step.key, async (delta) => {
    if (request.quiet === true) return;
    await services.publishDelta({ id: run.facts.id, tenant: run.facts.tenant, key: context.key }, delta);
  });
  const { id } = run.facts;
  // Whoever asked for a chat listens from before it was made. Anybody else may come later and from elsewhere.
  const isNear = run.kind === 'chat' && services.news.isHeard(id);
  const common = () => ({
    kind: 'model.completed' as const,
    key: step.key,
    durationMs: services.clock.now() - startedAt,
  });
  try {
    const response = await services.modelGateway({
      run: run.facts,
      definition: context.definition,
      budget: run.budget,
      step,
      signal: context.signal,
      request,
      model,
      candidates,
      attempt: 1,
      ...verification(context),
      ...(run.kind === 'chat' ? { atOnce: true } : {}),
      onDelta: isNear ? (delta) => services.news.say(id, { key: step.key, ...delta }) : live.add,
    });
    await live.flush();
    step.record({
      meta: {
        ...common(),
        outcome: 'ok',
        model: response.model,
        usage: response.usage,
        finishReason: response.finishReason,
        ...(response.usd === undefined ? {} : { usd: response.usd }),
        ...(response.price === undefined ? {} : { price: response.price }),
        ...(request.lastTurn ? { lastTurn: true } : {}),
        ...(response.cached === undefined ? {} : foundIn(response.cached)),
      },
      body: { requestHash: context.requestHash, prompt: prompt(), output: response as unknown as Json },
    });
    return { ok: true, value: response as unknown as Json };
  } catch (error) {
    live.drop();
    const serialized = serializeError(error, 'model_failed');
    const asked = step.entries.findLast(({ meta }) => meta.kind === 'model.attempted')?.meta;
    step.record({
      meta: {
        ...common(),
        outcome: serialized.denied ? 'denied' : 'error',
        model: asked?.kind === 'model.attempted' ? asked.model : model,
        code: serialized.code,
      },
      body: { requestHash: context.requestHash, prompt: prompt(), error: serialized },
    });
    return { ok: false, error: serialized };
  }
};

/** The author's check, for answers to the definition's own input: a chat has the client's. */
function verification({
  definition,
  run,
  journal,
  host,
  hostRun,
}: Parameters<StepHandler<'model'>>[0]): Pick<ModelCall, 'verify'> {
  if (!definition.routing?.verify || run.kind === 'chat') return {};
  const input = journal.entries[0]?.body?.input ?? null;
  return { verify: (answer) => host.verify({ definition: definition.name, answer, input, run: hostRun }) };
}

function foundIn({ kind, run, similarity, margin, savedTokens, savedUsd }: CachedAnswer) {
  return {
    cached: kind,
    source: run,
    ...(similarity === undefined ? {} : { similarity }),
    ...(margin === undefined ? {} : { margin }),
    savedTokens,
    savedUsd,
  };
}
