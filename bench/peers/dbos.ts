import { loadInstalled } from './installed.ts';
import type { PeerEngine } from './measure-peer.ts';

/** The part of DBOS that the measurement uses. */
type Dbos = {
  setConfig(config: object): void;
  launch(): Promise<void>;
  shutdown(): Promise<void>;
  registerWorkflow<Result>(work: () => Promise<Result>, options: { name: string }): () => Promise<Result>;
  runStep<Result>(work: () => Promise<Result>, options: { name: string }): Promise<Result>;
};

const KILOBYTE = 'x'.repeat(1_000);
let registered: (() => Promise<unknown>) | undefined;

/**
 * Ten steps on DBOS, each recorded in its system database; undefined where it is not installed beside. Its pool keeps
 * its default size: a larger one made it no faster.
 */
export async function openDbos(url: string): Promise<(() => Promise<PeerEngine>) | undefined> {
  const DBOS = (await loadInstalled<{ DBOS: Dbos }>('@dbos-inc/dbos-sdk'))?.DBOS;
  if (DBOS === undefined) return undefined;
  registered ??= DBOS.registerWorkflow(
    async () => {
      for (let step = 0; step < 10; step += 1) await DBOS.runStep(async () => KILOBYTE, { name: 'work' });
      return 'done';
    },
    { name: 'memos' },
  );
  const run = registered;
  return async () => {
    DBOS.setConfig({ name: 'bench', systemDatabaseUrl: url, logLevel: 'error', runAdminServer: false });
    await DBOS.launch();
    return { run: () => run(), stop: () => DBOS.shutdown() };
  };
}
