/**
 * A process of its own between `bulkhead dev` and a service: it ends the service, and all that the service
 * started, when `dev` goes, also when `dev` was killed and could do nothing any more. It leads a process group
 * of its own, so that Ctrl-C in the terminal reaches `dev` alone.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** Milliseconds between asking a service to end and ending it. */
const GRACE = 3_000;

const [program = '', ...words] = process.argv.slice(2);
const service = spawn(program, words, { stdio: ['ignore', 'inherit', 'inherit'] });

service.once('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(127);
});
service.once('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal ?? 'SIGKILL']));

process.on('SIGTERM', () => undefined);
process.once('disconnect', () => {
  signalAll('SIGTERM');
  setTimeout(() => signalAll('SIGKILL'), GRACE);
});

function signalAll(signal: NodeJS.Signals): void {
  if (process.platform === 'win32') service.kill(signal);
  else process.kill(-process.pid, signal);
}
