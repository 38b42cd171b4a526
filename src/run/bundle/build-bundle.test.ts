import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildBundle } from './build-bundle.ts';

const source = fileURLToPath(new URL('../../', import.meta.url));
const zod = fileURLToPath(new URL('../../../node_modules/zod', import.meta.url));
let home: string;

beforeAll(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), 'bulkhead-bundle-')));
});
afterAll(() => rm(home, { recursive: true }));

/** Writes a project below the test's own folder, outside any checkout. */
async function project(name: string, files: Record<string, string>): Promise<string> {
  const folder = join(home, name);
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return folder;
}

const support = {
  'package.json': '{ "type": "module" }',
  'bulkhead.ts': `
    import { agent, tool } from 'bulkhead';
    import { z } from 'zod';
    import stamp from 'legacy';
    import offices from './offices.json' with { type: 'json' };
    import { label } from './src/label.ts';
    export class Office { readonly kind = 'office'; }
    const find = tool({
      description: 'Finds ' + label(Office.name, offices.length) + stamp(),
      inputSchema: z.object({ office: z.string() }),
      effect: 'read',
      execute: ({ office }) => office,
    });
    export const support = agent({ name: 'support', instructions: 'Help.', tools: { find } });
  `,
  'src/label.ts':
    'export const label = (name: string, count: number): string => [count, "of", name].join(" ");',
  'offices.json': '["Lisbon", "Tokyo"]',
};

const legacy = {
  'package.json': '{ "name": "legacy", "version": "1.0.0", "main": "index.js" }',
  'index.js': `
    const path = require('path');
    let extra;
    try { extra = require('optional-speedup'); } catch (error) { extra = error.code; }
    module.exports = () => [path.posix.join('a', 'b'), extra, __dirname].join(' ');
  `,
};

/** Puts the dependencies of the project `support` into a folder. */
async function install(folder: string): Promise<void> {
  await project(join(folder, 'node_modules/legacy'), legacy);
  await symlink(zod, join(home, folder, 'node_modules/zod'));
}

/** Loads a bundle as a code host does, and prints what it describes. */
async function load(code: Buffer): Promise<{ output: string; errors: string }> {
  const folder = await mkdtemp(join(home, 'host-'));
  const bundle = join(folder, 'bundle.mjs');
  const host = join(folder, 'host.mjs');
  await writeFile(bundle, code);
  await writeFile(
    host,
    `import { registerHooks } from 'node:module';
    const source = ${JSON.stringify(`file://${source}`)};
    registerHooks({
      resolve: (specifier, context, next) =>
        specifier === 'bulkhead' ? { url: source + 'index.ts', shortCircuit: true } : next(specifier, context),
    });
    const { describeModule } = await import(source + 'run/bundle/describe.ts');
    const { locateAuthorError } = await import(source + 'run/bundle/locate-author-error.ts');
    try {
      console.log(JSON.stringify(describeModule(await import('./bundle.mjs'))));
    } catch (error) {
      console.log(JSON.stringify({ message: error.message, place: locateAuthorError(error) }));
    }`,
  );
  const child = spawn(
    process.execPath,
    [
      '--permission',
      '--enable-source-maps',
      ...[source, folder].map((path) => `--allow-fs-read=${path}`),
      host,
    ],
    { env: {}, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { output, errors };
}

describe('buildBundle', () => {
  it('gives the same bytes in every folder, named by their hash', async () => {
    const first = await project('first', support);
    await install('first');
    const second = await project('elsewhere/deep/er/second', support);
    await install('elsewhere');
    const [one, two] = await Promise.all([buildBundle(first), buildBundle(second)]);
    expect(two.version).toBe(one.version);
    expect(two.code.equals(one.code)).toBe(true);
    expect(one.version).toBe(createHash('sha256').update(one.code).digest('hex'));
    expect(one.entry).toBe('bulkhead.ts');
  });

  it('names no folder of the machine, neither in the code nor in its source map', async () => {
    const folder = await project('named', support);
    await install('named');
    const { code } = await buildBundle(folder);
    const [script = '', encoded = ''] = code
      .toString()
      .split('//# sourceMappingURL=data:application/json;base64,');
    const map = JSON.parse(Buffer.from(encoded, 'base64').toString());
    expect(map.sources).toContain('author:///src/label.ts');
    expect(map.sources.filter((name: string) => !name.startsWith('author:///'))).toEqual([]);
    expect(map).not.toHaveProperty('sourcesContent');
    for (const path of [home, dirname(zod), 'node_modules']) expect(script).not.toContain(path);
  });

  it('is loaded by a process that may read nothing else, with CommonJS dependencies', async () => {
    const folder = await project('loaded', support);
    await install('loaded');
    const { code } = await buildBundle(folder);
    const { output, errors } = await load(code);
    expect(errors).toBe('');
    expect(JSON.parse(output)).toMatchObject({
      definitions: [
        {
          name: 'support',
          tools: [{ name: 'find', description: 'Finds 2 of Officea/b MODULE_NOT_FOUND /' }],
        },
      ],
    });
  });

  it('lets an error at load name the file and line of the author', async () => {
    const folder = await project('throwing', {
      'bulkhead.ts': "import './my tools/limits.ts';\nexport {};",
      'my tools/limits.ts':
        "const limits: string[] = [];\n\nif (limits.length === 0) {\n  throw new Error('no limits');\n}",
    });
    const { output } = await load((await buildBundle(folder)).code);
    expect(JSON.parse(output)).toEqual({
      message: 'no limits',
      place: { file: 'my tools/limits.ts', line: 4 },
    });
  });

  it('lets a refused definition name the line on which it stands', async () => {
    const folder = await project('refused', {
      'bulkhead.ts':
        "import { agent } from 'bulkhead';\n\nexport const a = agent({\n  name: 'a b',\n  instructions: 'x',\n});",
    });
    const { output } = await load((await buildBundle(folder)).code);
    expect(JSON.parse(output)).toEqual({
      message: expect.stringContaining('agent "a b": name is "a b"'),
      place: { file: 'bulkhead.ts', line: 3 },
    });
  });

  it('does not let settings above the folder change the bytes', async () => {
    const files = { 'bulkhead.ts': 'export class A { x; }\nexport const a = <T,>(value: T) => value;' };
    const plain = await project('plain', files);
    const below = await project('configured/below', files);
    await project('configured', {
      'tsconfig.json': '{ "compilerOptions": { "useDefineForClassFields": false } }',
    });
    expect((await buildBundle(below)).version).toBe((await buildBundle(plain)).version);
  });

  it("heeds the project's own tsconfig.json", async () => {
    const folder = await project('aliased', {
      'bulkhead.ts': "export { one } from '#lib/one.ts';",
      'lib/one.ts': 'export const one = 1;',
      'tsconfig.json':
        '{ "compilerOptions": { "paths": { "#lib/*": ["./lib/*"], "bulkhead": ["./none.ts"] } } }',
    });
    expect((await buildBundle(folder)).entry).toBe('bulkhead.ts');
  });
});

describe('what cannot be bundled', () => {
  it.each<[string, Record<string, string>, string]>([
    [
      'syntax',
      { 'bulkhead.ts': 'const a = 1;\nexport const = 2;' },
      'bulkhead.ts:2:14: Expected identifier but found "=". Mend it',
    ],
    [
      'missing-package',
      { 'bulkhead.ts': "import '@acme/money/eur';" },
      'bulkhead.ts:1:8: Could not resolve "@acme/money/eur". Install it in the project\'s folder: npm install @acme/money',
    ],
    [
      'missing-file',
      { 'bulkhead.ts': "\nimport './tools.ts';" },
      'bulkhead.ts:2:8: Could not resolve "./tools.ts". Mend it',
    ],
    ['subpath', { 'bulkhead.ts': "import 'bulkhead/internal';" }, '"bulkhead/internal" cannot be imported'],
    [
      'native',
      { 'bulkhead.ts': "import './fast.node';", 'fast.node': '' },
      'Native add-ons cannot be bundled',
    ],
    ['several', { 'bulkhead.ts': "import './a.ts';\nimport './b.ts';" }, '(and 1 more)'],
  ])('is refused with its place: %s', async (name, files, message) => {
    const folder = await project(`broken-${name}`, files);
    await expect(buildBundle(folder)).rejects.toMatchObject({
      code: 'bundle_failed',
      message: expect.stringContaining(message),
    });
  });

  it('names file and line for machines', async () => {
    const folder = await project('broken-details', { 'bulkhead.ts': '\n\nexport const = 2;' });
    await expect(buildBundle(folder)).rejects.toMatchObject({ details: { file: 'bulkhead.ts', line: 3 } });
  });
});
