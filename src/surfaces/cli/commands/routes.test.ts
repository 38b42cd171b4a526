import { afterEach, expect, it } from 'vitest';
import { runCommandLine } from '../run-command-line.ts';
import { type FakeApi, startFakeApi } from '../testing/fake-api.ts';
import { fakeTerminal } from '../testing/fake-terminal.ts';

let api: FakeApi | undefined;
afterEach(() => api?.stop());

const trained = {
  ...{ version: 4, active: true, reason: null, threshold: 0.62, quality: 0.95, cascade: false, samples: 900 },
  ...{ heldOut: 360, auc: 0.81, accuracy: 0.77, costRatio: 0.05, weightsSize: 32_808 },
  curve: [
    { threshold: 0, costShare: 0.05, quality: 0.8, qualityAtLeast: 0.77 },
    { threshold: 0.62, costShare: 0.43, quality: 0.98, qualityAtLeast: 0.96 },
  ],
  ...{ trainedBy: 'key-1', trainedAt: '2026-11-22T12:00:00.000Z' },
};
const route = {
  agent: 'support',
  small: 'openai/gpt-5-mini',
  large: 'openai/gpt-5',
  taken: 1_000,
  judged: 900,
  good: 610,
  trained,
};

async function run(answer: object, ...words: string[]) {
  api = await startFakeApi({ 'GET /v1/routes/support': answer, 'POST /v1/routes/support/train': answer });
  const terminal = fakeTerminal({ environment: api.environment });
  const code = await runCommandLine(['route', ...words], terminal);
  return { code, out: terminal.written(), complaint: terminal.complained(), asked: api.requests[0] };
}

it('shows what was learned, with its curve', async () => {
  const { out } = await run(route, 'show', 'support');
  expect(out).toContain(
    'support: openai/gpt-5-mini or openai/gpt-5. 1000 calls are kept, 900 of them judged: for 610 the smaller tier will do.',
  );
  expect(out).toContain('Version 4 decides: from a score of 0.620 on openai/gpt-5-mini is asked first.');
  expect(out).toContain('AUC 0.810, accuracy 0.770');
  expect(out).toContain('0.620 *    0.430  0.980    0.960');
});

it('says why what was learned does not decide', async () => {
  const idle = { ...route, trained: { ...trained, active: false, reason: 'no_gain', threshold: null } };
  expect((await run(idle, 'train', 'support')).out).toContain(
    'does not decide, the order of the definition does: on calls that were held out it tells nothing beyond chance.',
  );
  await api?.stop();
  expect((await run({ ...route, trained: null }, 'show', 'support')).out).toContain(
    'Nothing was trained yet',
  );
});

it('learns at a quality that is asked for, and refuses what is none', async () => {
  const { asked, out } = await run(route, 'train', 'support', '--quality', '0.9', '--json');
  expect(asked?.body).toEqual({ quality: 0.9 });
  expect(JSON.parse(out)).toEqual(route);
  await api?.stop();
  const refused = await run(route, 'train', 'support', '--quality', 'good');
  expect(refused.code).toBe(2);
  expect(refused.complaint).toContain('"good" is no quality');
  expect(refused.asked).toBeUndefined();
});
