import type { Language } from '../language/detect-language.ts';
import type { Entity } from './entity.ts';

/** A value that a text offers for a slot. `rank` orders candidates of one text: the greatest wins. */
export type Candidate = {
  value: string | number | boolean;
  start: number;
  end: number;
  /** False when the words leave the value open; then a tool with effects must not be called with it. */
  exact: boolean;
  rank: number;
};

/** A text of the user with what was recognised in it. */
export type Source = { text: string; folded: string; language: Language; entities: readonly Entity[] };
