import type { ActionClass } from '../language/lexicon.ts';

/** How a clause is meant: an order or wish, a question, or a plain statement. */
export type Mood = 'request' | 'question' | 'statement';

/**
 * The act that a clause asks for, by its concept or stem; `known` when a word list has it, `isThing` when it is only
 * named by the thing that is wanted ("give her a voucher").
 */
export type Action = { key: string; class: ActionClass | undefined; known: boolean; isThing?: true };

/** A part of a message that stands for one wish. */
export type Clause = {
  /** The words as they are; quoted passages and values in them too. */
  text: string;
  /** What the clause is judged by: reasons, quotations and values are blanked out. */
  core: string;
  start: number;
  end: number;
  mood: Mood;
  /** A noun without a verb: "line status of AC-1042". It asks for something, though not in so many words. */
  fragment: boolean;
  /** Told not to. */
  refused: boolean;
  /** Bound to something that is not known yet. */
  conditional: boolean;
  /** An order with a question mark. */
  tentative: boolean;
  actions: readonly Action[];
};
