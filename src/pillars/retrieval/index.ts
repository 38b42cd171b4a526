export { Bm25Index } from './bm25-index.ts';
export { rankPassages } from './rank-passages.ts';
