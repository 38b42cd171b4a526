const ASKED = /\b(?:how (?:much|many|long|often|far|soon|old)|how|why|when|where|what|which|who)\b/g;

/**
 * What kind of answer a question wants: its question words, in the order of the alphabet. "Where is my card?" has the
 * words of "When do I get my card?", and another answer. English; empty for questions without such words.
 *
 * @example
 * questionForm('How long does it take, and why?'); // 'how long why'
 */
export function questionForm(question: string): string {
  const found = [...question.toLowerCase().matchAll(ASKED)].map(([word]) =>
    word === 'which' ? 'what' : word,
  );
  return [...new Set(found)].toSorted().join(' ');
}
