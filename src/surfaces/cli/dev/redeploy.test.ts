import { describe, expect, it } from 'vitest';
import { BulkheadError } from '../../../contract/errors.ts';
import type { DevEvent } from './dev-event.ts';
import { Redeploy } from './redeploy.ts';

const wrong = (message: string, retryable = false) =>
  new BulkheadError({ code: 'invalid_definition', message, retryable });

/** A project whose saved state is a version, or a mistake of the build; some versions the server refuses. */
function project(refused: Record<string, BulkheadError> = {}) {
  const events: DevEvent[] = [];
  let saved: string | BulkheadError = '';
  let deployed = 0;
  const redeploy = new Redeploy({
    client: {
      deployBundle: async (code) => {
        const version = Buffer.from(code).toString();
        const refusal = refused[version];
        if (refusal !== undefined) throw refusal;
        deployed += 1;
        return { version, definitions: [], created: true };
      },
    },
    build: async () => {
      if (typeof saved !== 'string') throw saved;
      return { version: saved, code: Buffer.from(saved) };
    },
    show: (event) => events.push(event),
  });
  return {
    redeploy,
    deployed: () => deployed,
    save: async (state: string | BulkheadError) => {
      saved = state;
      events.length = 0;
      await redeploy.run();
      return [...events];
    },
  };
}

describe('deploying on save', () => {
  it('deploys what changed, and nothing else', async () => {
    const { save, deployed } = project();
    expect(await save('v1')).toEqual([{ event: 'deployed', first: true, version: 'v1', definitions: [] }]);
    expect(await save('v1')).toEqual([]);
    expect(await save('v2')).toMatchObject([{ event: 'deployed', first: false, version: 'v2' }]);
    expect(deployed()).toBe(2);
  });

  it('says once what is wrong, and the version before it stays', async () => {
    const { save, redeploy } = project({ v2: wrong('agent "a": model is "gpt".') });
    await save('v1');
    expect(await save('v2')).toMatchObject([
      { event: 'deploy.failed', problem: { detail: 'agent "a": model is "gpt".' }, standing: 'v1' },
    ]);
    expect(await save('v2')).toEqual([]);
    expect(redeploy.standing?.version).toBe('v1');
    expect(await save(wrong('bulkhead.ts:1:2: Unexpected "="'))).toMatchObject([{ event: 'deploy.failed' }]);
    expect(await save(wrong('bulkhead.ts:1:2: Unexpected "="'))).toEqual([]);
  });

  it('deploys what was there before, when a mistake is taken back', async () => {
    const { save } = project();
    await save('v1');
    await save(wrong('Unexpected "="'));
    expect(await save('v1')).toMatchObject([{ event: 'deployed', version: 'v1' }]);
  });

  it('has nothing standing until something was deployed', async () => {
    const { save, redeploy } = project({ v1: wrong('No.') });
    expect(await save('v1')).toMatchObject([{ event: 'deploy.failed', standing: null }]);
    expect(redeploy.standing).toBeUndefined();
    expect(await save('v2')).toMatchObject([{ event: 'deployed', first: true }]);
  });

  it('tries again what may pass by itself', async () => {
    const refused = { v1: wrong('The database is away.', true) };
    const { save } = project(refused);
    expect(await save('v1')).toHaveLength(1);
    expect(await save('v1')).toHaveLength(1);
  });

  it('makes one deployment of saves that come while it deploys', async () => {
    let built = 0;
    const first = Promise.withResolvers<void>();
    const redeploy = new Redeploy({
      client: { deployBundle: async () => ({ version: String(built), definitions: [], created: true }) },
      build: async () => {
        built += 1;
        if (built === 1) await first.promise;
        return { version: String(built), code: Buffer.from('') };
      },
      show: () => undefined,
    });
    const runs = [redeploy.run(), redeploy.run(), redeploy.run()];
    first.resolve();
    await Promise.all(runs);
    expect(built).toBe(2);
  });
});
