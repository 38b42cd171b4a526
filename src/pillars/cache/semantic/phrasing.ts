import { oneSpelling } from './spelling.ts';

/** Where a sentence or a part of one begins. */
const BEGINS = String.raw`(?<=^["'(\s]*|[.!?,;:]\s*|\b(?:hi|hello|hey|please|kindly|and|so|but)\s+)`;
const QUESTION_WORD = '(?:why|how|what|which|who|where|when|if|whether)';
const ASKED = String.raw`(?=,?\s+${QUESTION_WORD}\b)`;

const START = String.raw`(?<!\b(?:how|what|when|where|who|why) )\b(?:can|could|would|will) you (?:please )?`;

/** What is said before a question out of courtesy. */
const BEFORE_QUESTION = [
  // "How can you tell me?" is no courtesy.
  String.raw`${START}(?:tell|explain|show) (?:to )?me(?: (?=about\b))?`,
  `${BEGINS}(?:tell|show|explain to) me${ASKED}`,
  `${BEGINS}explain${ASKED}`,
  String.raw`\blet me know${ASKED}`,
  `${BEGINS}do you (?:happen to )?know${ASKED}`,
  `${BEGINS}(?:can|could|may) i (?:please )?(?:know|ask)${ASKED}`,
  `${BEGINS}i(?:'m| am| was) (?:just )?wondering${ASKED}`,
  String.raw`\bi(?:(?:'d| would) (?:like to )?| want to | need to )know\b`,
].join('|');

/** What is said out of courtesy around a question. */
const COURTESIES = [
  BEFORE_QUESTION,
  String.raw`${START}help (?:to )?me(?: with| (?=about\b))?`,
  String.raw`\bgood (?:morning|afternoon|evening)\b`,
  // What somebody needs or wants is what is asked; whether it is needed ("do I need") is a question of its own, and
  // what somebody likes is an opinion.
  String.raw`${BEGINS}i(?:(?:'d| would|d)? (?:need|want|wish)|(?:'d| would|d) like)(?: to)?\b`,
].join('|');

/** A cry for help, wherever it stands. */
const HELP = /(?<=^|[.!?,]\s*)(?:please )?(?:i need )?(?:some )?help(?: me)?(?: please)?\s*(?:[.!?,]+|$)/iu;
/** A statement, and the question why it is so. */
const REASON =
  /^((?:(?!\b(?:why|how|what|which|who|where|when)\b)[^.!?])+)[,.!] *why(?: is (?:that|this|it))?(?: so)? *\?*$/iu;
const ABLE = 'able to';
/** A word that ends where it is told to: one that could be divided in many ways would be tried in all of them. */
const NOUN = String.raw`(?!(?:of|for|to|in|on|at)\b)\p{L}+`;
const WAYS: readonly [RegExp, string][] = [
  // A wish and how it comes true are one question, and so are a statement and why it is so.
  [
    /^i(?:(?:'d| would|d)? (?:need|want|wish)|(?:'d| would|d) like) to ([^.!?]+)[.!,] *(?:and )?how (?:can|do|would) i do (?:that|this|it|so) *\?*$/iu,
    'how to $1',
  ],
  // What follows is no condition.
  [new RegExp(String.raw`(?:${BEFORE_QUESTION}),? if\b`, 'giu'), 'whether'],
  [new RegExp(COURTESIES, 'giu'), ' '],
  [/\b(?:is it|would it be) possible for (?:me|us) to\b/giu, 'can I'],
  [/\b(?:is it|would it be) possible (?:for (you) )?to\b/giu, 'can $1'],
  [/\bis there (?:a|any) way (?:for me |for us )?to\b/giu, 'can'],
  [new RegExp(String.raw`\b(?:am|are) (i|we|you) ${ABLE}\b`, 'giu'), 'can $1'],
  [new RegExp(String.raw`\b(?:am|are) (i|we|you) (?:not |un)${ABLE}\b`, 'giu'), "can't $1"],
  [new RegExp(String.raw`\b(i|we|you)(?: am| are|'m|'re) ${ABLE}\b`, 'giu'), '$1 can'],
  [new RegExp(String.raw`\b(i|we|you)(?: am| are|'m|'re) (?:not |un)${ABLE}\b`, 'giu'), "$1 can't"],
  // What has to be done.
  [/(?<!\b(?:the|a|any|no|your|my)\s)\b(?:have|has|need|needs) to\b/giu, ' must '],
  // What a thing is, and which of its kind it is, are two questions.
  [new RegExp(String.raw`\bwhat(?:'s| is) an? ((?:${NOUN} ){0,2}${NOUN}) ?\?*$`, 'iu'), 'what definition $1'],
  [/\bwhich(?! (?:is|are|was|were|of|one|ones)\b)/giu, 'what'],
  [/(?<!\b(?:am|is|are|was|were|be|been|start|stop|keep|by|of|for|from|about|'m|'re) )\busing\b/giu, 'with'],
];

/**
 * A question in the plainest of the ways in which people put it, still as text. English.
 *
 * @example
 * plainPhrasing('Can you tell me if I am able to pay?').trim(); // 'whether I can pay?'
 */
export function plainPhrasing(text: string): string {
  let plain = reasonFirst(helpLast(oneSpelling(text).trim()));
  for (const [found, one] of WAYS) plain = plain.replace(found, one);
  return plain;
}

function helpLast(text: string): string {
  const rest = text.replace(HELP, '').trim();
  return rest === text ? text : `${rest.replace(/[.!?,]+$/, '')}, help`;
}

function reasonFirst(text: string): string {
  const [, statement] = REASON.exec(text) ?? [];
  if (statement === undefined) return text;
  // Within a sentence a capital letter would make a name of it.
  return `why ${statement.replace(/^\p{Lu}(?=[\p{Ll} ])/u, (first) => first.toLowerCase())}`;
}
