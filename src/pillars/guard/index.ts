export { inputSchema } from './input-schema.ts';
export { outputGuard } from './output-guard.ts';
