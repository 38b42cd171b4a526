const list = (words: string): ReadonlySet<string> => new Set(words.trim().split(/\s+/));

/**
 * English words without which a question asks the same. Their counterparts stay: `in` may go because `out` may not,
 * `to` because `from` may not, `is` because `was` may not. Words of other languages all count, so that a question in
 * them is the same only when it says the same words.
 */
export const EMPTY_WORDS = list(`
a an the this that these those i im ive me my mine we our ours us you your yours it its is are am be been do does have has
would to of in at and about please kindly hi hello hey thanks thank just also some
there really actually ok okay
`);

/** Words with which a question begins that is answered by yes or no. */
export const ASKING = list(`
is are am was were do does did have has had can could would will shall should may might must
`);

/** Whom a word speaks of. What is done by me and what is done by you are two things, also where neither is empty. */
export const PERSONS: ReadonlyMap<string, string> = new Map([
  ...[...list('i im ive me my mine we our ours us')].map((word): [string, string] => [word, 'I']),
  ...[...list('you your yours')].map((word): [string, string] => [word, 'you']),
]);

/** Empty words of which one does not stand for another before the same word: "to London", "in London". */
export const RELATIONS: ReadonlyMap<string, string> = new Map([
  ['to', 'to'],
  ['and', 'and'],
  ['in', 'in'],
  ['at', 'in'],
]);

/** After these a word is a thing: "the need". */
export const DETERMINERS = list('a an the my your our his her their this that these those any some no');

/** Words that turn a sentence round, in English, Spanish, German and French. */
export const NEGATIONS = list(`
not no never none nobody nothing nowhere neither nor without cannot
nunca nada nadie ninguno ninguna ningun sin jamas tampoco
nicht nie niemals kein keine keinen keiner keines niemand nichts ohne weder
ne pas jamais rien aucun aucune personne sans
`);

const NUMBER_WORDS =
  `zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
sixteen seventeen eighteen nineteen twenty`
    .split(/\s+/)
    .map((word, number): [string, string] => [word, String(number)]);

/** Numbers in words, as digits. */
export const NUMBERS: ReadonlyMap<string, string> = new Map([
  ...NUMBER_WORDS,
  ...[
    ['thirty', '30'],
    ['forty', '40'],
    ['fifty', '50'],
    ['sixty', '60'],
    ['seventy', '70'],
    ['eighty', '80'],
    ['ninety', '90'],
    ['hundred', '100'],
    ['thousand', '1000'],
    ['million', '1000000'],
  ].map(([word = '', number = '']): [string, string] => [word, number]),
]);
