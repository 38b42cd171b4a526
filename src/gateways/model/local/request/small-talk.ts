import { fold } from '../language/fold.ts';

/** What a message without a wish is: a greeting, thanks, a farewell, a taking back. */
export type SmallTalk = 'greeting' | 'thanks' | 'farewell' | 'withdrawal';

const longest = 80;
const whole = (alternatives: string): RegExp =>
  new RegExp(String.raw`^(?:${alternatives}|[\s,.!?¡¿:)])+$`, 'u');

const kinds: readonly (readonly [SmallTalk, RegExp])[] = [
  [
    'farewell',
    whole(
      String.raw`\b(?:bye|goodbye|see you|adios|hasta luego|hasta pronto|chao|have a (?:nice|good) (?:day|one)|buen dia)\b`,
    ),
  ],
  [
    'thanks',
    whole(
      String.raw`\b(?:thanks|thank you|thx|ty|cheers|gracias|muchas|mil|so much|very much|a lot|ok|okay|great|perfect|perfecto|genial|vale|muy amable|appreciated|for|your|help|por|tu|su|la|ayuda|todo|and|bye|goodbye|adios)\b`,
    ),
  ],
  [
    'greeting',
    whole(
      String.raw`\b(?:hi|hello|hey|hola|there|team|good (?:morning|afternoon|evening|day)|buenos dias|buen dia|buenas|tardes|noches|how are you|how's it going|que tal|como estas?|todo bien|can you help me|i need (?:some )?help|help|ayuda|necesito ayuda|me puedes? ayudar)\b`,
    ),
  ],
  [
    'withdrawal',
    whole(
      String.raw`\b(?:no|never ?mind|forget it|cancel that|nothing|stop|olvidalo|olvidelo|dejalo|nada|thanks|thank you|gracias)\b`,
    ),
  ],
];

/**
 * Recognises a message that is small talk and nothing else.
 *
 * @example
 * readSmallTalk('Hola, buenos días'); // 'greeting'
 * readSmallTalk('hi, what do I owe?'); // undefined
 */
export function readSmallTalk(text: string): SmallTalk | undefined {
  const folded = fold(text).trim();
  if (!/\p{L}/u.test(folded) || folded.length > longest) return undefined;
  return kinds.find(([, pattern]) => pattern.test(folded))?.[0];
}
