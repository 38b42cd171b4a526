import type { DatabaseServer } from '../database-server.ts';
import { openBullMq } from './bullmq.ts';
import { openDbos } from './dbos.ts';
import { openGraphileWorker } from './graphile-worker.ts';
import { notInstalled } from './installed.ts';
import { measurePeer, type PeerEngine } from './measure-peer.ts';
import { type AppendFsync, startRedis } from './redis-server.ts';

export type PeerFigures = { peers: Record<string, Record<string, number>>; notes: string[] };

/** Every peer that is installed, on the same PostgreSQL server or a Redis of its own, one after the other. */
export async function measurePeers(
  server: DatabaseServer,
  progress: (name: string) => void,
): Promise<PeerFigures> {
  const found: PeerFigures = { peers: {}, notes: [] };
  const onPostgres = async (
    name: string,
    open: (url: string) => Promise<(() => Promise<PeerEngine>) | undefined>,
    runs: number,
  ) => {
    progress(name);
    const url = await server.emptyDatabase();
    const peer = await open(url);
    if (peer === undefined) found.notes.push(notInstalled(name));
    else found.peers[name] = await measurePeer(peer, { runs, url });
    await server.drop(url);
  };
  const onRedis = async (name: string, fsync: AppendFsync, runs: number) => {
    progress(name);
    const redis = await startRedis(fsync);
    if (redis === undefined) {
      found.notes.push(`${name} is left out: there is no redis-server here. Install it, then again.`);
      return;
    }
    const peer = await openBullMq(redis.port);
    if (peer === undefined) found.notes.push(notInstalled(name));
    else found.peers[name] = await measurePeer(peer, { runs });
    await redis.stop();
  };
  await onPostgres('dbos', openDbos, 300);
  await onPostgres('graphileWorker', openGraphileWorker, 1_000);
  await onRedis('bullmqEverysec', 'everysec', 4_000);
  await onRedis('bullmqAlways', 'always', 1_500);
  return found;
}
