/** What becomes of a tick while the schedule has a run that has not ended: it passes, or waits for that end. */
export const OVERLAPS = ['skip', 'queue'] as const;
export type Overlap = (typeof OVERLAPS)[number];

/** What becomes of ticks that nobody was there to see: one run for the latest of them, or none. */
export const CATCH_UPS = ['latest', 'none'] as const;
export type CatchUp = (typeof CATCH_UPS)[number];
