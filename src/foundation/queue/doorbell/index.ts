export { type OpenDoorbellOptions, openDoorbell } from './open-doorbell.ts';
