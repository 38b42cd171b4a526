export { embedText } from './embed.ts';
export { createLocalModel, type LocalModelOptions } from './model.ts';
export { abstainBelow } from './plan/confidence.ts';
