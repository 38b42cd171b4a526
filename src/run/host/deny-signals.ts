import { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';

const OF_PROCESS = ['kill', '_kill', '_debugProcess', '_debugEnd'];

/**
 * Takes away what Node's permission model leaves open: signals to other processes, with which code could
 * end its worker or open its debugger, and their priorities.
 */
export function denySignals(): void {
  for (const name of OF_PROCESS) deny(process, name);
  deny(os, 'setPriority');
  syncBuiltinESMExports();
}

function deny(owner: object, name: string): void {
  const value = () => {
    throw Object.assign(new Error(`Access to this API has been restricted: ${name}`), {
      code: 'ERR_ACCESS_DENIED',
      permission: 'Signal',
    });
  };
  Object.defineProperty(owner, name, { value, writable: false, configurable: false, enumerable: true });
}
