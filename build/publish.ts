/** Builds what is published: `npm run build`, then `npm publish dist`. The checkout itself runs from source. */
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
/** What is read at run time and is no TypeScript. */
const VERBATIM = ['foundation/store/migrations', 'surfaces/cli/init/template'];

rmSync(dist, { recursive: true, force: true });
execFileSync(join(root, 'node_modules/.bin/tsc'), ['-p', join(root, 'tsconfig.build.json')], {
  stdio: 'inherit',
});
for (const path of VERBATIM) cpSync(join(root, 'src', path), join(dist, 'src', path), { recursive: true });
for (const path of ['bin', 'README.md', 'LICENSE', 'CHANGELOG.md']) {
  cpSync(join(root, path), join(dist, path), { recursive: true });
}

const { name, version, description, license, type, engines, bin, allowScripts, dependencies } = JSON.parse(
  readFileSync(join(root, 'package.json'), 'utf8'),
);
const published = {
  name,
  version,
  description,
  license,
  type,
  engines,
  bin,
  exports: { '.': { types: './src/index.d.ts', default: './src/index.js' } },
  allowScripts,
  dependencies,
};
writeFileSync(join(dist, 'package.json'), `${JSON.stringify(published, null, 2)}\n`);
console.log(`Built ${name} ${version} into dist.`);
