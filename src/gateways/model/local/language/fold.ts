const foldCharacter = (character: string): string => {
  const base = character.normalize('NFD').charAt(0).toLowerCase();
  return base.length === character.length ? base : character;
};

/**
 * Lower case without accents, for comparing. Every UTF-16 unit keeps its place, so that an offset in the folded
 * text is an offset in the original one.
 *
 * @example
 * fold('¿Cuánto Sé?'); // '¿cuanto se?'
 */
export function fold(text: string): string {
  let folded = '';
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index);
    folded += character < '\u0080' ? character.toLowerCase() : foldCharacter(character);
  }
  return folded.replaceAll('’', "'");
}
