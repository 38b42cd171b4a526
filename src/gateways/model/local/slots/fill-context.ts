import type { JSONObject } from '@ai-sdk/provider';
import type { Source } from './candidate.ts';
import type { Leaf } from './from-results.ts';

/** Where values may come from, the nearest first. */
export type FillContext = {
  /** The user's texts: the request itself, the rest of the message, then earlier messages, latest first. */
  sources: readonly Source[];
  /** How many of the sources belong to the present message; the rest is memory. */
  present: number;
  /** Whole values of earlier results, the latest result first. */
  results: readonly (readonly Leaf[])[];
  /** For tools with effects: only explicit, unambiguous values. */
  strict: boolean;
  /** Whether optional slots too may be filled from beyond the nearest source. */
  wide: boolean;
  /** The tool's example inputs. */
  inputExamples: readonly JSONObject[];
};

/** What became of one slot. */
export type Filling =
  | {
      state: 'filled';
      value: NonNullable<JSONObject[string]>;
      origin: 'user' | 'result' | 'default';
      spans: Span[];
    }
  | { state: 'ambiguous'; values: NonNullable<JSONObject[string]>[] }
  | { state: 'refused'; said: string }
  | { state: 'missing' };

/** A place in one of the sources. */
export type Span = { source: Source; start: number; end: number };
