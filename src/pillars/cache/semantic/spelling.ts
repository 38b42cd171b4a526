/** What is written in several ways, in one of them. English. */
const SPELLINGS: readonly [RegExp, string][] = [
  [/\s+/gu, ' '],
  [/[’ʼ]/gu, "'"],
  // `cant`, `dont`: without the apostrophe they would deny nothing.
  [/\b(ca|wo|do|does|did|is|are|was|were|has|have|had|could|would|should)nt\b/giu, "$1n't"],
  [/\bcan ?not\b/giu, "can't"],
  [/\btop(?:ping)?[ -]?ups?\b/giu, 'top up'],
  [/\be[ -]mail/giu, 'email'],
  [/\b(log|sign|check)[ -](in|out)\b/giu, '$1$2'],
  [/\b(sign|set|pick|pay|cash)[ -]?(up|out|back)\b/giu, '$1 $2'],
  [/\b(wi)-(fi)\b|\b(on|off)-(line)\b|\b(pre)-(paid)\b|\b(web) (sites?)\b/giu, '$1$2$3$4$5$6$7$8'],
  [/\b(author|recogn|organ|apolog|custom|real|personal|prior|minim|maxim)is(?=e|ing|ation)/giu, '$1iz'],
  [/\b(col|fav|behavi|neighb)our/giu, '$1or'],
  [/\b(cancel|travel|label)l(?=ed|ing)/giu, '$1'],
  [/\bcentre/giu, 'center'],
  [/\blicence/giu, 'license'],
  [/\binformation\b/giu, 'info'],
  [/\b(?:pls|plz)\b/giu, 'please'],
];

/** @example oneSpelling("I cant top-up"); // "I can't top up" */
export function oneSpelling(text: string): string {
  let written = text;
  for (const [found, one] of SPELLINGS) written = written.replace(found, one);
  return written;
}
