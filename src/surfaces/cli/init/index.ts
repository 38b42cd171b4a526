export { type Starter, writeStarter } from './write-starter.ts';
