import type { SerializedError } from '../../contract/errors.ts';

/** Code that waits for nothing of its context for so long is taken to hang, ms. */
export const STALL = 60_000;

export const stalled: SerializedError = {
  code: 'code_stalled',
  message: `The code waited ${STALL / 1000} s for something that is not a step of its context, and nothing came. Await only what the context gives; a memo may take that long at most.`,
};
