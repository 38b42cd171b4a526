/** Bulkhead as one process: API and worker, on the database that its environment names. Prints its address and key. */
import { startServer } from '../../src/surfaces/server.ts';

const server = await startServer({
  environment: process.env,
  home: process.env.BULKHEAD_HOME ?? '',
  api: true,
  worker: true,
  dev: true,
  port: 0,
  log: (level, message, facts) => {
    if (level !== 'info') console.error(message, facts ?? '');
  },
});
console.log(JSON.stringify({ url: server.url, key: server.devKey }));
process.on('SIGTERM', () => void server.stop().then(() => process.exit()));
