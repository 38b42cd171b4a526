/** Replaces places of a text by spaces; all other offsets stay what they were. */
export function blank(text: string, places: readonly { start: number; end: number }[]): string {
  let result = '';
  let at = 0;
  for (const { start, end } of places.toSorted((one, other) => one.start - other.start)) {
    if (end <= at) continue;
    const from = Math.max(start, at);
    result += text.slice(at, from) + ' '.repeat(end - from);
    at = end;
  }
  return result + text.slice(at);
}

const reason =
  /(?:,\s*)?\b(?:because|due to|since (?:the|my|i|it|you|we|this|there)|as compensation for|as an apology for|on account of|given that|for (?:the|all the|all|my|our|those|these|this|that|not)\b(?=.*\b(?:i|we|it|you|they|was|were|had|has|have|been|without|down|out)\b)|for (?:the (?:outage|trouble|inconvenience|problem|fault|delay|wait|time|days|hours)|having|being)|porque|debido a|ya que|dado que|puesto que|a causa de|como compensacion por|por (?:el corte|la averia|las molestias|los problemas|el fallo|la caida|haber|culpa de))\b.*$/s;

/** The place of the reason that a folded clause gives, to its end; it explains the wish and is none itself. */
export function reasonPlace(folded: string): { start: number; end: number } | undefined {
  const match = reason.exec(folded);
  if (match === null || match.index < 3) return undefined;
  return { start: match.index, end: match.index + match[0].length };
}
