import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { sendJson, serve } from '../http/serve.ts';

/** A service that keeps its callers waiting until a test lets them in. */
export type Gate = {
  url: string;
  /** Who has knocked, in the order of their first knocks. */
  arrivals: readonly string[];
  /** Resolves once all of these have knocked. */
  arrived(...names: string[]): Promise<void>;
  /** Resolves once so many have knocked, whoever they are. */
  filled(count: number): Promise<void>;
  /** Lets one in, also when it knocks again. */
  letIn(name: string): void;
  /** Lets everybody in, from now on. */
  open(): void;
  stop(): Promise<void>;
};

const PATIENCE = 15_000;

/**
 * Starts a gate: `GET /<name>` is a knock, answered when the test says so.
 *
 * @example
 * const gate = await startGate();
 * await gate.arrived('first'); // the run is under way, and stays so
 * gate.letIn('first');
 */
export async function startGate(): Promise<Gate> {
  const arrivals: string[] = [];
  const admitted = new Set<string>();
  const waiting = new Map<string, ServerResponse>();
  let opened = false;
  // No assertion: that somebody does not come proves nothing about a control.
  const until = async (holds: () => boolean, whom: string) => {
    const end = Date.now() + PATIENCE;
    while (!holds()) {
      if (Date.now() > end) throw new Error(`At the gate are ${arrivals.join(', ')}, and not ${whom}.`);
      await sleep(10);
    }
  };
  const admit = (name: string, response: ServerResponse | undefined) =>
    response && sendJson(response, 200, { admitted: name });
  const server = await serve(({ path }, response) => {
    const name = decodeURIComponent(path.slice(1));
    // A run that was taken over knocks again.
    if (!arrivals.includes(name)) arrivals.push(name);
    if (opened || admitted.has(name)) admit(name, response);
    else waiting.set(name, response);
  });
  const letIn = (name: string) => {
    admitted.add(name);
    admit(name, waiting.get(name));
    waiting.delete(name);
  };
  return {
    url: server.url,
    arrivals,
    arrived: (...names) => until(() => names.every((name) => arrivals.includes(name)), names.join(', ')),
    filled: (count) => until(() => arrivals.length >= count, `${count} callers`),
    letIn,
    open() {
      opened = true;
      for (const name of [...waiting.keys()]) letIn(name);
    },
    stop: server.stop,
  };
}
