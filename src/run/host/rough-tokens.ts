/** Characters of ASCII that are a token: of JSON about three, of prose four. */
const ASCII_A_TOKEN = 3;

/**
 * Tokens of a text, at least as many as it has, as a rule: code hosts have no tokenizer. Letters outside of ASCII count
 * as one each, which is right for Chinese and too much for others.
 *
 * @example
 * roughTokens('{"id":12}'); // 3
 */
export function roughTokens(text: string): number {
  let others = 0;
  for (let index = 0; index < text.length; index += 1) if (text.charCodeAt(index) > 127) others += 1;
  return others + Math.ceil((text.length - others) / ASCII_A_TOKEN);
}
