import { OpenAPIHono } from '@hono/zod-openapi';
import { inTenant } from '../../foundation/store/index.ts';
import { createAuthenticator } from '../../pillars/identity/index.ts';
import { createChatCall } from './chat/create-chat-call.ts';
import { identifyRequest } from './middleware/identify-request.ts';
import { refuseControlCharacters } from './middleware/refuse-control-characters.ts';
import { requireKey } from './middleware/require-key.ts';
import { createChatCompletion } from './openai/chat/create-chat-completion.ts';
import { writeError } from './openai/errors/write-error.ts';
import { listModels } from './openai/models/list-models.ts';
import { cancelResponse } from './openai/responses/cancel-response.ts';
import { createResponse } from './openai/responses/create-response.ts';
import { getResponse } from './openai/responses/get-response.ts';
import type { ApiApp, ApiEnv, ApiParts, RouteParts } from './parts.ts';
import { refuseUnknownRoute } from './problems/not-found.ts';
import { problemHandler } from './problems/on-error.ts';
import { refuseInvalid } from './problems/validation-hook.ts';
import { agentRoutes } from './routes/agent-routes.ts';
import { cancelRun } from './routes/cancel-run.ts';
import { changeSchedule } from './routes/change-schedule.ts';
import { clearBudget } from './routes/clear-budget.ts';
import { clearCache } from './routes/clear-cache.ts';
import { clearKillSwitch } from './routes/clear-kill-switch.ts';
import { clearLimit } from './routes/clear-limit.ts';
import { createRun } from './routes/create-run.ts';
import { createSchedule } from './routes/create-schedule.ts';
import { decideReview } from './routes/decide-review.ts';
import { deleteSchedule } from './routes/delete-schedule.ts';
import { deployBundle } from './routes/deploy-bundle.ts';
import { describeApi } from './routes/describe-api.ts';
import { getReview } from './routes/get-review.ts';
import { getRun } from './routes/get-run.ts';
import { getSchedule } from './routes/get-schedule.ts';
import { health } from './routes/health.ts';
import { judgeHit } from './routes/judge-hit.ts';
import { listAgents } from './routes/list-agents.ts';
import { listBudgets } from './routes/list-budgets.ts';
import { listHolds } from './routes/list-holds.ts';
import { listKillSwitches } from './routes/list-kill-switches.ts';
import { listLimits } from './routes/list-limits.ts';
import { listProviders } from './routes/list-providers.ts';
import { listReviews } from './routes/list-reviews.ts';
import { listRuns } from './routes/list-runs.ts';
import { listSchedules } from './routes/list-schedules.ts';
import { readiness } from './routes/readiness.ts';
import { releaseHold } from './routes/release-hold.ts';
import { runEvents } from './routes/run-events.ts';
import { runJournal } from './routes/run-journal.ts';
import { setBudget } from './routes/set-budget.ts';
import { setHold } from './routes/set-hold.ts';
import { setKillSwitch } from './routes/set-kill-switch.ts';
import { setLimit } from './routes/set-limit.ts';
import { showCaches } from './routes/show-caches.ts';
import { showUsage } from './routes/show-usage.ts';
import { triggerSchedule } from './routes/trigger-schedule.ts';
import { webhookSecret } from './routes/webhook-secret.ts';
import { createSharedTransactions } from './runs/shared-transactions.ts';
import { createTenantStreams } from './runs/tenant-streams.ts';
import { RunWatcher } from './watch/run-watcher.ts';

export type Api = {
  app: ApiApp;
  /** Ends event streams and waits, so that their connections can close. */
  close(): Promise<void>;
  /** Once all connections are closed: resolves when the chats of those who have gone are cancelled, after 2 s at most. */
  settled(): Promise<void>;
};

/** Milliseconds. */
const SETTLING = 2_000;

const ROUTES = [
  health,
  readiness,
  createRun,
  listRuns,
  getRun,
  runEvents,
  runJournal,
  cancelRun,
  listSchedules,
  createSchedule,
  getSchedule,
  changeSchedule,
  deleteSchedule,
  triggerSchedule,
  listReviews,
  getReview,
  decideReview,
  listAgents,
  deployBundle,
  listKillSwitches,
  setKillSwitch,
  clearKillSwitch,
  listProviders,
  agentRoutes,
  listLimits,
  setLimit,
  clearLimit,
  listBudgets,
  setBudget,
  clearBudget,
  showUsage,
  showCaches,
  clearCache,
  judgeHit,
  listHolds,
  setHold,
  releaseHold,
  webhookSecret,
  createChatCompletion,
  createResponse,
  getResponse,
  cancelResponse,
  listModels,
];

/**
 * The HTTP API, for whatever serves it; {@link serveApi} does over a port.
 *
 * @example
 * const { app } = createApi(parts);
 * await app.request('/healthz');
 */
export function createApi(parts: ApiParts): Api {
  const watcher = new RunWatcher(parts);
  const shared = {
    ...parts,
    watcher,
    tenantStream: createTenantStreams(parts.store, parts.keys),
    alone: ((tenant, work) => inTenant(parts.store, tenant, work)) satisfies RouteParts['alone'],
    together: createSharedTransactions(parts.store),
  };
  const chats = new Set<Promise<void>>();
  const routeParts: RouteParts = { ...shared, chat: createChatCall(shared, chats) };
  const app: ApiApp = new OpenAPIHono<ApiEnv>({ defaultHook: refuseInvalid });
  app.use(identifyRequest);
  app.use('/v1/*', requireKey(createAuthenticator(parts)));
  app.use(refuseControlCharacters);
  for (const addRoute of ROUTES) addRoute(app, routeParts);
  describeApi(app);
  app.onError(problemHandler(parts.log, writeError));
  app.notFound(refuseUnknownRoute(app));
  return {
    app,
    close: () => watcher.close(),
    async settled() {
      const over = new AbortController();
      const late = parts.clock.sleep(SETTLING, over.signal).catch(() => {});
      await Promise.race([Promise.all(chats), late]);
      over.abort('They are.');
    },
  };
}
