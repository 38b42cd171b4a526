import { expect } from 'vitest';
import type { Doorbell } from '../../../../contract/doorbell.ts';

/** Somebody who listens, and remembers. */
export type Listener = {
  /** What was rung, in order; undefined for any worker. */
  heard: (string | undefined)[];
  /** How often the connection stood. */
  connected: number;
  stop(): Promise<void>;
};

export async function hear(doorbell: Doorbell): Promise<Listener> {
  const listener: Listener = { heard: [], connected: 0, stop: async () => {} };
  const { stop } = await doorbell.listen({
    onRing: (run) => void listener.heard.push(run),
    onConnected: () => {
      listener.connected += 1;
    },
  });
  listener.stop = stop;
  return listener;
}

/** Waits until it has come about; longer than any pause between two tries. */
export const until = (check: () => unknown) => expect.poll(check, { timeout: 15_000, interval: 10 });

/** Rings until it is heard, as often as it takes: single rings may be lost. */
export async function untilHeard(doorbell: Doorbell, listener: Listener, run: string): Promise<void> {
  await until(() => {
    doorbell.ring(run);
    return listener.heard.includes(run);
  }).toBe(true);
}
