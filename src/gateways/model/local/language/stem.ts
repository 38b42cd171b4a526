import type { Language } from './detect-language.ts';

const englishEndings: readonly (readonly [RegExp, string])[] = [
  [/ies$/, 'y'],
  [/(?:sses|xes|ches|shes)$/, ''],
  [/s$/, ''],
  [/ied$/, 'y'],
  [/(.)\1ing$/, '$1'],
  [/ing$/, ''],
  [/ing$/, 'e'],
  [/(.)\1ed$/, '$1'],
  [/ed$/, ''],
  [/ed$/, 'e'],
];

const clitics = /(?:(?:me|te|se|nos|os)?(?:lo|la|los|las|le|les)|me|te|se|nos|os)$/;
const spanishEndings: readonly string[] = (
  'ieramos ieran ieras iera iesen iese aremos eremos iremos ariamos asteis isteis iendo ando ieron iste aste aron ados adas idos idas amos emos imos aban ' +
  'ado ada ido ida aba ian ais eis ara aran aras asen ase era ia ar er ir an en as es ad ed id os a e o s'
).split(' ');

/** One spelling for a root whose last consonant is written otherwise before e: pagu- and pag-, busqu- and busc-. */
export function rootSpelling(root: string): string {
  return root.replace(/qu$/, 'c').replace(/gu$/, 'g').replace(/z$/, 'c').replace(/j$/, 'g');
}

const shortestRoot = 3;

const spanishRoots = (word: string): string[] => {
  const bare = word.length >= 6 ? word.replace(clitics, '') : word;
  return [word, bare]
    .filter((form, index, forms) => form.length >= shortestRoot && forms.indexOf(form) === index)
    .flatMap((form) =>
      spanishEndings.filter((ending) => form.endsWith(ending)).map((ending) => form.slice(0, -ending.length)),
    )
    .filter((root) => root.length >= shortestRoot)
    .map(rootSpelling);
};

const englishRoots = (word: string): string[] =>
  englishEndings
    .filter(([ending]) => ending.test(word))
    .map(([ending, replacement]) => word.replace(ending, replacement))
    .filter((root) => root.length >= shortestRoot);

/**
 * The forms under which a folded word may stand in a word list, the most faithful first.
 *
 * @example
 * rootsOf('payments', 'en'); // ['payments', 'payment']
 * rootsOf('abonenme', 'es'); // ['abonenme', 'abonenm', 'abon', …]
 */
export function rootsOf(word: string, language: Language): string[] {
  return [word, ...(language === 'en' ? englishRoots(word) : spanishRoots(word))];
}

/**
 * A plain stem for a word that no list knows: without its plural and its commonest ending.
 *
 * @example
 * stem('routers', 'en'); // 'router'
 */
export function stem(word: string, language: Language): string {
  if (word.length <= 4 || /\d/.test(word)) return word;
  if (language === 'es') return word.replace(/(?:es|s)$/, '').replace(/[aeo]$/, '');
  return word
    .replace(/(?:ies)$/, 'y')
    .replace(/(?:'s|s)$/, '')
    .replace(/(?:ing|ed)$/, '');
}
