import { headAndTail } from '../../../pillars/window/index.ts';

/** What was asked in one run of a session, and what was answered. */
export type Turn = {
  /** The run that answered: turns are in the order of these. */
  run: string;
  asked: string;
  answered: string;
};

/** What was said in all turns up to one, in brief. */
export type Summary = {
  text: string;
  /** The last turn that it covers. */
  upTo: string;
};

/** Characters of each side of a turn, where it is quoted. */
const QUOTED = 1_500;

/** A turn as it is quoted to a model. */
export function quoteTurn({ asked, answered }: Turn): string {
  return `User: ${headAndTail(asked, QUOTED, '[…]')}\nAssistant: ${headAndTail(answered, QUOTED, '[…]')}`;
}
