export { killSwitch } from './kill-switch.ts';
export { createKillSwitches, type KillSwitch, type KillSwitches } from './kill-switches.ts';
export { loadKillSwitches } from './load-kill-switches.ts';
export { permissions } from './permissions.ts';
