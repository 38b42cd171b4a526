const longest = 300;

/** What is looked at; an error page may be long, and the search for keys is not linear. */
const considered = 2_000;

/** Keys as providers write them, and any long run of letters and digits that may be one. */
const keyLike = /\b(?:Bearer\s+\S+|(?:sk|pk|rk|gsk|xai|key|AIza)[-_A-Za-z0-9*]{8,}|(?=[\w-]*\d)[\w-]{28,})/g;

/**
 * A provider's own words, fit for a message: one line, at most 300 characters, without anything that looks like
 * a key. Providers do echo the key that they refuse.
 *
 * @example
 * providerReason('Incorrect API key: sk-proj-abcdef123456'); // 'Incorrect API key: [key]'
 */
export function providerReason(text: string | undefined): string | undefined {
  const line = text?.slice(0, considered).replace(/\s+/g, ' ').replace(keyLike, '[key]').trim();
  if (line === undefined || line === '') return undefined;
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
}
