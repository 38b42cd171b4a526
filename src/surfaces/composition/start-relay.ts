import type pg from 'pg';
import type { Clock } from '../../contract/clock.ts';
import { BulkheadError } from '../../contract/errors.ts';
import type { Store } from '../../foundation/store/index.ts';
import { createAuthenticator } from '../../pillars/identity/index.ts';
import { createKillSwitches, loadKillSwitches } from '../../pillars/policy/index.ts';
import { createRelay, type Relay } from '../relay/create-relay.ts';

/**
 * The relay, where the operator has turned it on: `BULKHEAD_RELAY=on`.
 *
 * @param options.store in the API's role
 * @param options.pool in the worker's role, which sees the kill switches of all tenants
 * @throws BulkheadError `invalid_setting`
 */
export function startRelay(options: {
  environment: Readonly<Record<string, string | undefined>>;
  store: Store;
  pool: pg.Pool;
  clock: Clock;
}): Relay | undefined {
  const { environment, store, pool, clock } = options;
  const setting = environment.BULKHEAD_RELAY ?? '';
  if (setting === '' || setting === 'off') return undefined;
  if (setting !== 'on') {
    throw new BulkheadError({
      code: 'invalid_setting',
      message: `BULKHEAD_RELAY is "${setting}"; write on or off. On, keys with the role developer may use providers without any control but the kill switch "*".`,
    });
  }
  const killSwitches = createKillSwitches({ load: () => loadKillSwitches(pool), clock });
  killSwitches.start();
  const relay = createRelay({
    environment,
    authenticate: createAuthenticator({ store, clock }),
    killSwitches,
  });
  return {
    handle: relay.handle,
    async close() {
      killSwitches.stop();
      await relay.close();
    },
  };
}
