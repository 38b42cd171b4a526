import type { Entry } from '../../src/contract/entry.ts';

/** A journal as it was recorded, opened: what was asked, what was answered, and in which order. */
export type Recorded = { definition: string; entries: Entry[] };
