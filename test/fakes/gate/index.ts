export { type Gate, startGate } from './start-gate.ts';
