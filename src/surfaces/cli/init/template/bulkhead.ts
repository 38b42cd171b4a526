export { officeDesk } from './agent.ts';
