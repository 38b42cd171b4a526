export { compress } from './compress/compress.ts';
export { headAndTail } from './compress/cut-text.ts';
export { type DeclaredWindows, loadModelWindows, type ModelWindows, promptLimit } from './model-windows.ts';
export { asText } from './run-input.ts';
export { createTokenCounter, type TokenCounter } from './token-counter.ts';
export { window } from './window.ts';
