#!/usr/bin/env node
// Plain JavaScript that an old Node can read: it must be able to refuse.

const wanted = 24;
const [major] = process.versions.node.split('.');

if (Number(major) < wanted) {
  process.stderr.write(
    `Bulkhead needs Node ${wanted} or later, and this is ${process.versions.node}. ` +
      `Install it from https://nodejs.org, or put it before the command: npx -p node@${wanted} node ${process.argv[1]} …\n`,
  );
  process.exitCode = 1;
} else {
  start().catch((error) => {
    process.stderr.write(`Bulkhead could not start: ${error.message}\n`);
    process.exitCode = 1;
  });
}

async function start() {
  const { enableCompileCache } = await import('node:module');
  const { existsSync } = await import('node:fs');
  enableCompileCache();
  const built = new URL('../src/surfaces/cli/main.js', import.meta.url);
  const { main } = await import(existsSync(built) ? built.href : '../src/surfaces/cli/main.ts');
  await main();
}
