/**
 * Records the journals that `replay.test.ts` replays: `npx node test/replay/record.ts`, or one of them by its name
 * behind it. Do it when a project or the form of an entry changes on purpose; a journal that no longer replays
 * otherwise is a defect.
 */
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import type { Entry } from '../../src/contract/entry.ts';
import { makeTemporaryHome } from '../../src/foundation/store/embedded/testing/temporary-home.ts';
import { startServer } from '../../src/surfaces/server.ts';
import { type FakeProvider, startFakeOpenAi } from '../fakes/providers/index.ts';
import { buildProject } from '../world/build-project.ts';
import { Client } from '../world/client.ts';
import type { Recorded } from './recorded.ts';

type Scenario = { project: string; run: (client: Client, openai: FakeProvider) => Promise<string> };

const SCENARIOS: Record<string, Scenario> = {
  'refund-with-approval': {
    project: 'refunds',
    async run(client, openai) {
      openai.reply({ toolCalls: [{ name: 'lookUp', input: { order: 'A-1' } }] });
      openai.reply({ toolCalls: [{ name: 'refund', input: { order: 'A-1', usd: 80 } }] });
      openai.reply({ text: 'Your 80 dollars are on their way.' });
      const { id } = await client.run('refunds', 'Refund my order A-1.');
      await client.decide((await client.reviewOf(id)).id, 'approved');
      return id;
    },
  },
  'every-kind-of-step': {
    project: 'onboarding',
    async run(client, openai) {
      openai.answer(({ text }) => ({ text: text === 'A plan' ? '{"plan":"basic"}' : 'Welcome, Ann.' }));
      const id = await client.submit('onboarding', { customer: 'Ann' });
      let reviews = await client.reviewsOf(id);
      while (reviews.length === 0) reviews = await client.reviewsOf(id);
      await client.decide(String(reviews[0]?.id), 'approved', { note: 'she is known' });
      return id;
    },
  },
  'partial-answer': {
    project: 'thrifty',
    async run(client, openai) {
      const lookUp = (order: string) => ({ name: 'lookUp', input: { order } });
      openai.reply({ toolCalls: [lookUp('A-1')] });
      openai.reply({ toolCalls: [lookUp('A-2'), lookUp('A-3')] });
      openai.answer(() => ({ text: 'A-1 was shipped; of A-2 and A-3 I know nothing.' }));
      return client.submit('thrifty', 'Where are A-1, A-2 and A-3?');
    },
  },
};

const { home, remove } = await makeTemporaryHome(tmpdir());
const openai = await startFakeOpenAi();
const environment = { ...openai.environment, BULKHEAD_MASTER_KEY: randomBytes(32).toString('base64') };
const options = { api: true, worker: true, dev: true, port: 0, log: () => {} };
const server = await startServer({ environment, home, ...options });
const client = new Client(String(server.url), String(server.devKey));
const [only] = process.argv.slice(2);
for (const [name, { project, run }] of Object.entries(SCENARIOS)) {
  if (only !== undefined && name !== only) continue;
  await client.deploy(
    await buildProject(await readFile(new URL(`./projects/${project}.ts`, import.meta.url), 'utf8')),
  );
  const id = await run(client, openai);
  const { status } = await client.until(id);
  if (status !== 'succeeded') throw new Error(`${name} ${status}`);
  const entries = (await client.journal(id)).map(
    ({ frame: _frame, index: _index, content, ...meta }) =>
      ({ meta, ...(content === undefined ? {} : { body: content }) }) as unknown as Entry,
  );
  const recorded: Recorded = { definition: project, entries };
  await writeFile(
    new URL(`./recorded/${name}.json`, import.meta.url),
    `${JSON.stringify(recorded, null, 1)}\n`,
  );
  console.log(`${name}: ${entries.length} entries`);
}
await server.stop();
await openai.stop();
await remove();
