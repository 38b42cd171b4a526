/**
 * Ways in which a message says an order without meaning it, or not now, or not once. Each holds back every change
 * that the message asks for; reading goes on. Matched on folded text.
 */
const reservations: readonly RegExp[] = [
  // Taken back.
  /\b(?:no,? wait|wait,? no|hold on,? no|actually,? (?:no|don't|do not|never mind)|scratch that|never ?mind|forget (?:it|that|about (?:it|that))|on second thoughts?|cancel that|disregard(?: that)?|mejor no|olvidalo|olvidelo|olvidenlo|olvida eso|espera,? no|espere,? no|dejalo|dejelo|retiro lo dicho|no,? espera|pensandolo bien)\b/,
  /^\s*no\s*[,.!;]/,
  // Said by somebody else: reported, quoted without quotation marks, a text to work on.
  /\b(?:said|says|told (?:me|us|him|her|them)|wrote|writes|reads|states|dijo|dice|decia|dijeron|escribio|pone|according to|segun)\b[^.!?\n]*:/,
  /\b(?:summari[sz]e|translate|proofread|rewrite|paraphrase|reply to|resume|resumir|traduce|traducir|corrige|responde a)\b[^.!?\n]*\b(?:this|these|following|below|e-?mail|message|text|letter|note|este|esta|esto|siguiente|correo|mensaje|texto|carta|nota)\b/,
  /^\s*(?:from|to|subject|fwd|fw|log|history|record|note to self|error|example|quote|title|status|answer|reply|response|output|result|de|para|asunto|registro|historial|ejemplo|respuesta|resultado|salida)\s*:/m,
  // Asked rather than ordered.
  /(?:\b(?:is|was) (?:that|this|it) (?:right|correct|true)|,\s*(?:right|correct|no|verdad|cierto|correcto))\s*\?|¿\s*(?:verdad|no|cierto|correcto|es (?:correcto|asi))\s*\?/,
  // Imagined or tried out.
  /\b(?:for example|for instance|as an example|just (?:testing|a test|kidding|joking)|por ejemplo|de ejemplo|es (?:una prueba|broma)|en broma)\b/,
  // Over and over.
  /\b(?:every (?:single )?(?:day|week|month|year|time)|each (?:day|week|month|year|time)|daily|weekly|monthly|yearly|recurring|cada (?:dia|semana|mes|ano|vez)|todos los (?:dias|meses|anos)|todas las semanas|mensualmente|semanalmente|diariamente)\b/,
];

/**
 * Whether a folded message holds back the changes that it seems to order.
 *
 * @example
 * isReserved('credit ac-1042 $5. no wait, forget it'); // true
 */
export function isReserved(folded: string): boolean {
  return reservations.some((reservation) => reservation.test(folded));
}
