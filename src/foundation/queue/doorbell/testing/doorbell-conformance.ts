import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTcpProxy, type TcpProxy } from '../../../../../test/fakes/tcp-proxy/index.ts';
import type { Doorbell } from '../../../../contract/doorbell.ts';
import { RINGS_HELD } from '../merged-rings.ts';
import { hear, type Listener, until, untilHeard } from './hear.ts';
import { unreliable } from './unreliable.ts';

/** A broker that a doorbell is tested over. */
export type BrokerUnderTest = {
  /** Its address, for the wire that the test can spoil. */
  address: string;
  /** @param through turns the address into one that leads over the wire */
  open(through: (url: string) => string): Doorbell;
  stop(): Promise<void>;
};

export type ConformanceOptions = {
  /** Why it is left out here, where it is. */
  skip?: string | false;
  /** Every listener hears every ring; else one of them does. */
  fanOut: boolean;
  start(): Promise<BrokerUnderTest>;
};

/** What every doorbell does, whatever it rings over. */
export function describeDoorbell(name: string, { skip = false, fanOut, start }: ConformanceOptions): void {
  describe.skipIf(skip !== false)(skip === false ? name : `${name} (${skip})`, () => {
    let broker: BrokerUnderTest;
    let wire: TcpProxy;
    let opened: Doorbell[] = [];
    let listeners: Listener[] = [];

    beforeAll(async () => {
      broker = await start();
    });
    afterAll(() => broker.stop());
    beforeEach(async () => {
      wire = await startTcpProxy(broker.address);
    });
    afterEach(async () => {
      wire.restore();
      await Promise.all(listeners.map((listener) => listener.stop()));
      await Promise.all(opened.map((doorbell) => doorbell.close()));
      opened = [];
      listeners = [];
      await wire.stop();
    });
    const open = () => {
      const doorbell = broker.open(wire.through);
      opened.push(doorbell);
      return doorbell;
    };
    const listen = async (doorbell = open()) => {
      const listener = await hear(doorbell);
      listeners.push(listener);
      return listener;
    };

    it('carries rings for any worker, and rings that name a run, from process to process', async () => {
      const listener = await listen();
      const elsewhere = open();
      elsewhere.ring();
      elsewhere.ring('run-1');
      await until(() => listener.heard).toEqual(expect.arrayContaining([undefined, 'run-1']));
      expect(listener.connected).toBe(1);
    });

    it(`reaches ${fanOut ? 'every listener' : 'one of the listeners'}`, async () => {
      const all = [await listen(), await listen(), await listen()];
      open().ring('run-2');
      const reached = () => all.filter(({ heard }) => heard.includes('run-2')).length;
      await (fanOut ? until(reached).toBe(3) : until(reached).toBeGreaterThanOrEqual(1));
    });

    it('merges what is rung meanwhile into one message', async () => {
      const doorbell = open();
      const listener = await listen(doorbell);
      for (let time = 0; time < 1_000; time += 1) {
        doorbell.ring();
        doorbell.ring(`run-${time % 5}`);
      }
      await until(() => new Set(listener.heard).size).toBe(6);
      await untilHeard(doorbell, listener, 'the end');
      expect(listener.heard.filter((run) => run !== 'the end').length).toBeLessThan(30);
    });

    it('comes back by itself when connections are cut, and says so', async () => {
      const doorbell = open();
      const listener = await listen(doorbell);
      await untilHeard(doorbell, listener, 'before');
      wire.cut();
      await until(() => listener.connected).toBeGreaterThanOrEqual(2);
      await untilHeard(doorbell, listener, 'after');
    });

    it('drops rings while the broker is away, without an error and without a wait', async () => {
      const doorbell = open();
      const listener = await listen(doorbell);
      await untilHeard(doorbell, listener, 'before');
      wire.refuse();
      for (let run = 0; run < 50_000; run += 1) doorbell.ring(`lost-${run}`);
      wire.restore();
      await untilHeard(doorbell, listener, 'after');
      expect(listener.heard.filter((run) => run?.startsWith('lost-')).length).toBeLessThanOrEqual(RINGS_HELD);
    });

    it('waits for a broker that is not there yet', async () => {
      wire.refuse();
      const doorbell = open();
      const listening = listen(doorbell);
      doorbell.ring('nobody hears');
      wire.restore();
      const listener = await listening;
      expect(listener.connected).toBe(1);
      await untilHeard(doorbell, listener, 'then');
    });

    it('holds nobody up while the broker answers nothing', async () => {
      const doorbell = open();
      const listener = await listen(doorbell);
      await untilHeard(doorbell, listener, 'before');
      wire.stall();
      doorbell.ring('into the void');
      await listener.stop();
      await doorbell.close();
      doorbell.ring('after the end');
    });

    it('carries rings again after a broker that answered nothing answers again', async () => {
      const doorbell = open();
      const listener = await listen(doorbell);
      await untilHeard(doorbell, listener, 'before');
      wire.stall();
      for (let run = 0; run < 1_000; run += 1) doorbell.ring(`held-${run}`);
      wire.restore();
      await untilHeard(doorbell, listener, 'after');
    });

    it('tells nothing more once it is stopped', async () => {
      const doorbell = open();
      const stopped = await listen(doorbell);
      await stopped.stop();
      const listener = await listen(doorbell);
      await untilHeard(doorbell, listener, 'after the stop');
      expect(stopped.heard).toEqual([]);
    });

    it('refuses to listen on when it is closed before it was connected', async () => {
      wire.refuse();
      const doorbell = open();
      const listening = hear(doorbell);
      await doorbell.close();
      await expect(listening).rejects.toMatchObject({ code: 'doorbell_closed' });
    });

    it('leads to all work although rings are lost, repeated and reordered and the wire is cut', async () => {
      const ready = new Set<string>();
      const done: string[] = [];
      const look = () => {
        for (const run of ready) done.push(run);
        ready.clear();
      };
      const doorbell = open();
      const { stop } = await doorbell.listen(unreliable({ onRing: look, onConnected: look }));
      // As the workers' sweep: slow, and the only thing that may be relied upon.
      const sweep = setInterval(look, 500);
      for (let run = 0; run < 60; run += 1) {
        ready.add(`run-${run}`);
        doorbell.ring(run % 2 === 0 ? undefined : `run-${run}`);
        if (run === 30) wire.cut();
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      await until(() => done.length).toBe(60);
      clearInterval(sweep);
      await stop();
      expect(new Set(done).size).toBe(60);
    });
  });
}
