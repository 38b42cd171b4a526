export { support } from './agent.ts';
