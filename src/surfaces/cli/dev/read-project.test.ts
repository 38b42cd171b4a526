import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readServices, readTasks } from './read-project.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bulkhead-project-'));
});
afterEach(() => rm(folder, { recursive: true }));

const write = (file: string, content: unknown) =>
  writeFile(join(folder, file), typeof content === 'string' ? content : JSON.stringify(content));

describe('the services of a project', () => {
  it('are none where none are declared', async () => {
    const none = { commands: [], environment: {} };
    expect(await readServices(folder)).toEqual(none);
    await write('package.json', { name: 'desk' });
    expect(await readServices(folder)).toEqual(none);
  });

  it('are commands, with an environment', async () => {
    await write('package.json', {
      bulkhead: { services: [['node', 'backend/server.ts']], env: { PORT: '7461' } },
    });
    expect(await readServices(folder)).toEqual({
      commands: [['node', 'backend/server.ts']],
      environment: { PORT: '7461' },
    });
  });

  it.each([
    [{ services: 'node server.ts' }, 'bulkhead.services must be a list of commands'],
    [{ services: [[]] }, 'bulkhead.services must be a list of commands'],
    [{ services: [['node', 1]] }, 'bulkhead.services must be a list of commands'],
    [{ env: { PORT: 7461 } }, 'bulkhead.env must hold texts'],
  ])('cannot be %j', async (bulkhead, sentence) => {
    await write('package.json', { bulkhead });
    await expect(readServices(folder)).rejects.toMatchObject({
      code: 'invalid_project',
      message: expect.stringContaining(sentence),
    });
  });

  it('cannot be in a file that is no JSON', async () => {
    await write('package.json', '{,}');
    await expect(readServices(folder)).rejects.toMatchObject({ code: 'invalid_project' });
  });
});

describe('the tasks of a project', () => {
  it('are none without a tasks.json', async () => {
    expect(await readTasks(folder)).toEqual([]);
  });

  it('are bodies of runs', async () => {
    const tasks = [{ agent: 'desk', input: 'Hello', session: 'ann' }];
    await write('tasks.json', tasks);
    expect(await readTasks(folder)).toEqual(tasks);
  });

  it.each(['{}', '["Hello"]', '[{"input":"Hello"}]', '['])('cannot be %s', async (content) => {
    await write('tasks.json', content);
    await expect(readTasks(folder)).rejects.toMatchObject({ code: 'invalid_tasks' });
  });
});
