import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { LanguageModelV4FunctionTool, LanguageModelV4Prompt } from '@ai-sdk/provider';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DefinitionManifest } from '../../../contract/manifest.ts';
import { createLocalModel } from '../../../gateways/model/local/index.ts';
import { buildBundle, describeModule } from '../../../run/bundle/index.ts';
import { readOwnPackage } from './own-package.ts';
import { hoursAt, officeHours } from './template/tools/office-hours.ts';
import { writeStarter } from './write-starter.ts';

const exact = /^\d+\.\d+\.\d+$/;
let home: string;
let root: string;

beforeAll(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), 'bulkhead-init-')));
  root = (await readOwnPackage()).root;
});
afterAll(() => rm(home, { recursive: true }));

/** A starter with its dependencies in place, as after npm install. */
async function installedStarter(name: string): Promise<string> {
  const { folder } = await writeStarter(join(home, name));
  await mkdir(join(folder, 'node_modules/@types'), { recursive: true });
  await symlink(root, join(folder, 'node_modules/bulkhead'));
  for (const dependency of ['zod', 'typescript', '@types/node']) {
    await symlink(join(root, 'node_modules', dependency), join(folder, 'node_modules', dependency));
  }
  return folder;
}

async function readJson(path: string): Promise<unknown> {
  return JSON.parse(await readFile(path, 'utf8'));
}

describe('writeStarter', () => {
  it('writes a project and says what it wrote', async () => {
    const { folder, name, files } = await writeStarter(join(home, 'new', 'Office Desk'));
    expect({ folder, name }).toEqual({ folder: join(home, 'new', 'Office Desk'), name: 'office-desk' });
    expect(files).toEqual([
      '.gitignore',
      'README.md',
      'agent.ts',
      'bulkhead.ts',
      'offices.json',
      'package.json',
      'tasks.json',
      'tools/office-hours.ts',
      'tsconfig.json',
    ]);
    const written = await readdir(folder, { recursive: true });
    expect(written.filter((path) => path !== 'tools').sort()).toEqual(files);
    expect(await readFile(join(folder, 'README.md'), 'utf8')).toMatch(/^# office-desk\n/);
  });

  it('pins every dependency', async () => {
    const { folder } = await writeStarter(join(home, 'pinned'));
    expect(await readJson(join(folder, 'package.json'))).toMatchObject({
      name: 'pinned',
      dependencies: { bulkhead: expect.stringMatching(/^file:\.\.\//), zod: expect.stringMatching(exact) },
      devDependencies: {
        typescript: expect.stringMatching(exact),
        '@types/node': expect.stringMatching(exact),
      },
    });
    const { dependencies } = (await readJson(join(folder, 'package.json'))) as {
      dependencies: { bulkhead: string };
    };
    expect(join(folder, dependencies.bulkhead.slice('file:'.length))).toBe(root);
  });

  it('gives the package a name that npm takes', async () => {
    expect((await writeStarter(join(home, '§§§'))).name).toBe('bulkhead-project');
    expect((await writeStarter(join(home, 'bulkhead'))).name).toBe('bulkhead-project');
    expect((await writeStarter(join(home, '.My Äpp!'))).name).toBe('my-pp');
  });

  it('takes a folder that only git has been in', async () => {
    await mkdir(join(home, 'versioned/.git'), { recursive: true });
    expect((await writeStarter(join(home, 'versioned'))).files).toContain('agent.ts');
  });

  it('refuses a folder that holds something, and writes nothing', async () => {
    const folder = join(home, 'full');
    await mkdir(folder);
    await writeFile(join(folder, 'notes.txt'), '');
    await expect(writeStarter(folder)).rejects.toMatchObject({
      code: 'folder_not_empty',
      message: expect.stringContaining('it holds notes.txt'),
    });
    expect(await readdir(folder)).toEqual(['notes.txt']);
  });

  it('refuses a path that is a file', async () => {
    await writeFile(join(home, 'file'), '');
    await expect(writeStarter(join(home, 'file'))).rejects.toMatchObject({ code: 'not_a_folder' });
  });
});

describe('the project that it writes', () => {
  it('has no type errors', async () => {
    const folder = await installedStarter('typed');
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    await expect(promisify(execFile)(process.execPath, [compiler], { cwd: folder })).resolves.toMatchObject({
      stdout: '',
    });
  });

  it('is bundled, and the local model serves its tasks', async () => {
    const folder = await installedStarter('served');
    const { code } = await buildBundle(folder);
    await writeFile(join(folder, 'bundle.mjs'), code);
    const [agent] = describeModule(await import(join(folder, 'bundle.mjs'))).definitions;
    const tasks = (await readJson(join(folder, 'tasks.json'))) as { agent: string; input: string }[];
    expect(tasks).toHaveLength(2);
    for (const task of tasks) {
      expect(agent?.name).toBe(task.agent);
      const city = /Lisbon|Tokyo/.exec(task.input)?.[0];
      const { calls, answer, confidence } = await serve(agent as DefinitionManifest, task.input);
      expect(calls).toEqual([{ city }]);
      expect(answer).toContain(hoursAt(String(city), moment).localTime);
      expect(confidence).toBeGreaterThanOrEqual(0.6);
    }
  });

  it('shows its first task in the README', async () => {
    const { folder } = await writeStarter(join(home, 'documented'));
    const [task] = (await readJson(join(folder, 'tasks.json'))) as unknown[];
    const body = /-d '(.*)'/.exec(await readFile(join(folder, 'README.md'), 'utf8'))?.[1];
    expect(JSON.parse(String(body))).toEqual(task);
  });
});

describe('its tool', () => {
  it.each([
    ['Lisbon', '2026-03-02T09:00:00Z', { open: true, localTime: '09:00', weekday: 'Monday' }],
    ['Lisbon', '2026-03-02T18:00:00Z', { open: false, localTime: '18:00', weekday: 'Monday' }],
    ['Lisbon', '2026-07-06T08:00:00Z', { open: true, localTime: '09:00', weekday: 'Monday' }],
    ['Tokyo', '2026-03-01T15:30:00Z', { open: false, localTime: '00:30', weekday: 'Monday' }],
    ['New York', '2026-03-07T15:00:00Z', { open: false, localTime: '10:00', weekday: 'Saturday' }],
  ])('knows of %s at %s', (city, at, expected) => {
    expect(hoursAt(city, new Date(at))).toMatchObject({ city, ...expected });
  });

  it('takes no city without an office', () => {
    expect(officeHours.inputSchema.safeParse({ city: 'Atlantis' }).success).toBe(false);
  });
});

const moment = new Date('2026-03-02T10:00:00Z');

/** One turn of the agent with the local model, with the tool's clock standing still. */
async function serve(agent: DefinitionManifest, input: string) {
  const model = createLocalModel({ now: () => moment });
  const tools = agent.tools.map(
    (tool): LanguageModelV4FunctionTool => ({
      type: 'function',
      name: tool.name,
      description: tool.description,
      inputSchema: tool.inputSchema,
      providerOptions: { bulkhead: { examples: tool.examples, effect: tool.effect } },
    }),
  );
  const prompt: LanguageModelV4Prompt = [
    { role: 'system', content: String(agent.instructions) },
    { role: 'user', content: [{ type: 'text', text: input }] },
  ];
  const asked = await model.doGenerate({ prompt, tools });
  const made = asked.content.filter((part) => part.type === 'tool-call');
  const calls: { city: string }[] = made.map((call) => JSON.parse(call.input));
  for (const [index, { toolCallId, toolName }] of made.entries()) {
    const output = { type: 'json' as const, value: hoursAt(String(calls[index]?.city), moment) };
    prompt.push({
      role: 'assistant',
      content: [{ type: 'tool-call', toolCallId, toolName, input: calls[index] }],
    });
    prompt.push({ role: 'tool', content: [{ type: 'tool-result', toolCallId, toolName, output }] });
  }
  const answered = await model.doGenerate({ prompt, tools });
  const answer = answered.content.map((part) => (part.type === 'text' ? part.text : '')).join('');
  return { calls, answer, confidence: answered.providerMetadata?.bulkhead?.confidence };
}
