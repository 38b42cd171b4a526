export { appendExclusive } from './append-exclusive.ts';
export type { Birth } from './birth.ts';
export { DELTA_CHANNEL, type Delta, deltaRun, openDelta, publishDelta } from './delta.ts';
export {
  decodeFrame,
  encodeFrame,
  type FrameRow,
  GENESIS,
  hashFrame,
  type Stream,
  verifyChain,
} from './frame.ts';
export { frameColumns } from './frame-columns.ts';
export { readFrom, readStreams } from './read.ts';
export { type RunEnd, type RunListener, RunNews } from './run-news.ts';
export type { Continuation, RunSums, RunUsage, Settlement } from './settlement.ts';
export { type OpenStream, StreamWriter } from './stream-writer.ts';
export { JournalWriter, runLost } from './writer.ts';
