import { describe, expect, it } from 'vitest';
import type { Doorbell } from '../../contract/doorbell.ts';
import { createNearDoorbell } from './near-doorbell.ts';

function farDoorbell(): Doorbell & { rung: (string | undefined)[]; listeners: number } {
  return {
    rung: [],
    listeners: 0,
    ring(run) {
      this.rung.push(run);
    },
    async listen({ onConnected }) {
      this.listeners += 1;
      onConnected();
      return {
        stop: async () => {
          this.listeners -= 1;
        },
      };
    },
    close: async () => {},
  };
}

async function listener(doorbell: Doorbell, takes: (run: string | undefined) => boolean) {
  const heard: (string | undefined)[] = [];
  let connections = 0;
  const { stop } = await doorbell.listen({
    takes,
    onRing: (run) => void heard.push(run),
    onConnected: () => {
      connections += 1;
    },
  });
  return { heard, stop, connections: () => connections };
}

describe('a doorbell of this process', () => {
  it('wakes nobody else for what a listener here takes up', async () => {
    const far = farDoorbell();
    const doorbell = createNearDoorbell(far);
    const full = await listener(doorbell, () => false);
    const free = await listener(doorbell, (run) => run === undefined);
    doorbell.ring();
    expect([full.heard, free.heard, far.rung]).toEqual([[], [undefined], []]);
  });

  it('reaches others for a run that nobody here has', async () => {
    const far = farDoorbell();
    const doorbell = createNearDoorbell(far);
    const free = await listener(doorbell, (run) => run === undefined);
    doorbell.ring('a-run');
    // It may have been waiting: then whoever is free takes it, also here.
    expect([free.heard, far.rung]).toEqual([['a-run'], ['a-run']]);
  });

  it('reaches others when everybody here is full', async () => {
    const far = farDoorbell();
    const doorbell = createNearDoorbell(far);
    await listener(doorbell, () => false);
    doorbell.ring();
    expect(far.rung).toEqual([undefined]);
  });

  it('tells each listener when it is connected, to those here and to others', async () => {
    expect((await listener(createNearDoorbell(), () => true)).connections()).toBe(1);
    // Another time when the broker is there: what was rung before that was not heard.
    expect((await listener(createNearDoorbell(farDoorbell()), () => true)).connections()).toBe(2);
  });

  it('listens at once while the broker is away, and lets go of it when it comes too late', async () => {
    const { promise: back, resolve: comeBack } = Promise.withResolvers<void>();
    const far = farDoorbell();
    const away = {
      ...far,
      listen: (told: Parameters<Doorbell['listen']>[0]) => back.then(() => far.listen(told)),
    };
    const doorbell = createNearDoorbell(away);
    const { heard, stop } = await listener(doorbell, () => true);
    doorbell.ring();
    expect(heard).toEqual([undefined]);
    await stop();
    comeBack();
    await expect.poll(() => far.listeners).toBe(0);
  });

  it('forgets a listener that stops', async () => {
    const far = farDoorbell();
    const doorbell = createNearDoorbell(far);
    const { heard, stop } = await listener(doorbell, () => true);
    await expect.poll(() => far.listeners).toBe(1);
    await stop();
    doorbell.ring();
    expect([heard, far.rung, far.listeners]).toEqual([[], [undefined], 0]);
  });
});
