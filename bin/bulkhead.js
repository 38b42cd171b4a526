#!/usr/bin/env node
// Plain JavaScript that an old Node can read: it must be able to refuse, or to find a newer one.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as modules from 'node:module';
import { fileURLToPath } from 'node:url';

const wanted = 24;
const [major] = process.versions.node.split('.');

if (Number(major) >= wanted) {
  start().catch((error) => {
    process.stderr.write(`Bulkhead could not start: ${error.message}\n`);
    process.exitCode = 1;
  });
} else {
  const own = installedNode();
  if (own === undefined) {
    process.stderr.write(
      `Bulkhead needs Node ${wanted} or later, and this is ${process.versions.node}. ` +
        `Install it from https://nodejs.org, or put it before the command: npx -p node@${wanted} node ${process.argv[1]} …\n`,
    );
    process.exitCode = 1;
  } else handOver(own);
}

async function start() {
  modules.enableCompileCache();
  const built = new URL('../src/surfaces/cli/main.js', import.meta.url);
  const { main } = await import(existsSync(built) ? built.href : '../src/surfaces/cli/main.ts');
  await main();
}

/** The Node that is installed as a package beside this file, where there is one. */
function installedNode() {
  return ['../node_modules/node/bin/node', '../../node/bin/node']
    .map((place) => fileURLToPath(new URL(place, import.meta.url)))
    .find((place) => existsSync(place));
}

/** Ends as the other ends. What a terminal sends reaches both; what is sent to this process alone is passed on. */
function handOver(node) {
  const other = spawn(node, process.argv.slice(1), { stdio: 'inherit' });
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => other.kill(signal));
  other.once('error', (error) => {
    process.stderr.write(`${node} could not be started: ${error.message}\n`);
    process.exitCode = 1;
  });
  other.once('exit', (code, signal) => {
    if (signal === null) process.exitCode = code;
    else {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    }
  });
}
