import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCommandLine } from '../run-command-line.ts';
import { type FakeApi, sendProblem, startFakeApi } from '../testing/fake-api.ts';
import { fakeTerminal } from '../testing/fake-terminal.ts';

let folder: string;
let api: FakeApi;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bulkhead-projects-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
  await api?.stop();
});

async function run(routes: Parameters<typeof startFakeApi>[0], ...words: string[]) {
  api = await startFakeApi(routes);
  const terminal = fakeTerminal({ environment: api.environment, folder });
  const code = await runCommandLine(words, terminal);
  return { code, out: terminal.written(), error: terminal.complained() };
}

describe('bulkhead deploy', () => {
  const bundle = {
    version: 'abc',
    definitions: [{ kind: 'agent', name: 'support', description: 'Helps.' }],
  };

  it('builds the folder and sends what came out', async () => {
    await writeFile(join(folder, 'bulkhead.ts'), "export const greeting: string = 'hello';\n");
    const { code, out } = await run({ 'POST /v1/bundles': bundle }, 'deploy', '.');
    expect(code).toBe(0);
    expect(out).toBe('agent    support  Helps.\nDeployed already: version abc\n');
    expect(api.requests).toHaveLength(1);
  });

  it('says what is wrong with a definition', async () => {
    await writeFile(join(folder, 'bulkhead.ts'), 'export {};\n');
    const sentence = 'agent "support": model is "gpt"; write \'provider/model\'.';
    const { code, error } = await run(
      { 'POST /v1/bundles': (_, response) => sendProblem(response, 422, 'invalid_definition', sentence) },
      'deploy',
      folder,
    );
    expect({ code, error }).toEqual({ code: 1, error: `${sentence}\n` });
  });

  it('says what the bundler says, and sends nothing', async () => {
    await writeFile(join(folder, 'bulkhead.ts'), 'export const = 1;\n');
    const { code, error } = await run({}, 'deploy', '.', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(error)).toMatchObject({
      code: 'bundle_failed',
      detail: expect.stringMatching(/^bulkhead\.ts:1:/),
    });
    expect(api.requests).toHaveLength(0);
  });

  it('says that the folder holds no project', async () => {
    const { code, error } = await run({}, 'deploy', 'nowhere');
    expect(code).toBe(1);
    expect(error).toContain('There is no bulkhead.ts');
  });
});

describe('bulkhead init', () => {
  it('writes a project and says how to start it', async () => {
    const { code, out } = await run({}, 'init', 'my desk');
    expect(code).toBe(0);
    expect(out).toContain("cd 'my desk' && npm install && npm run dev");
    expect(await readFile(join(folder, 'my desk', 'bulkhead.ts'), 'utf8')).toContain('export');
  });

  it('leaves a folder alone that holds something', async () => {
    await writeFile(join(folder, 'mine.txt'), '');
    const { code, error } = await run({}, 'init', '.', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(error)).toMatchObject({ code: 'folder_not_empty' });
  });
});
