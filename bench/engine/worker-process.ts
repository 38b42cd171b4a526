/** A worker in a process of its own, to be killed and to be measured: `node worker-process.ts <database url> <capacity>`. */
import { setTimeout as sleep } from 'node:timers/promises';
import { startBareEngine } from './bare-engine.ts';

await startBareEngine(String(process.argv[2]), { capacity: Number(process.argv[3] ?? 50) });
console.log(JSON.stringify({ ready: process.pid }));

// Asked for by the bench: what its heap holds once garbage is gone, in bytes.
process.on('message', async () => {
  for (let round = 0; round < 3; round += 1) {
    globalThis.gc?.();
    await sleep(50);
  }
  process.send?.(process.memoryUsage().heapUsed);
});
// It must not outlive the bench. The channel also holds the process, as a server's socket would.
process.once('disconnect', () => process.exit(0));
