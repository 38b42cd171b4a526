import type { Language } from '../language/detect-language.ts';

/** The sentences of the model: fixed, with places for values. It writes no others. */
type Phrases = {
  greeting: string;
  thanks: string;
  farewell: string;
  withdrawal: string;
  abstention: string;
  person: string;
  missing: (names: string) => string;
  ambiguous: (name: string, values: string) => string;
  refused: (name: string, said: string) => string;
  done: (what: string) => string;
  failed: (what: string, why: string) => string;
  denied: (what: string, why: string) => string;
  notMade: (what: string) => string;
  nothingFound: (what: string) => string;
  unserved: (words: string) => string;
  count: (what: string, count: number) => string;
  more: (count: number) => string;
  yes: string;
  no: string;
  or: string;
  none: string;
};

const because = (why: string): string => (why === '' ? '' : `: ${why.replace(/[.\s]+$/, '')}`);

/** The phrases of each language. */
export const phrases: Record<Language, Phrases> = {
  en: {
    greeting: 'Hello. How can I help you?',
    thanks: 'You are welcome.',
    farewell: 'Goodbye.',
    withdrawal: 'All right. I have changed nothing.',
    abstention:
      'I am not sure how to help with that, so I have done nothing. A person can take it from here.',
    person: 'I cannot settle this myself; a person can take it from here.',
    missing: (names) => `To do that I need: ${names}. Could you tell me?`,
    ambiguous: (name, values) => `Which ${name} do you mean: ${values}?`,
    refused: (name, said) =>
      said === ''
        ? `I could not use the ${name}. Could you check it?`
        : `I could not use "${said}" as the ${name}. Could you check it?`,
    done: (what) => `Done: ${what}.`,
    failed: (what, why) => `I could not complete this (${what})${because(why)}.`,
    denied: (what, why) => `This was not approved, so it was not done (${what})${because(why)}.`,
    notMade: (what) => `I have not done this: ${what}.`,
    nothingFound: (what) => `I found nothing (${what}).`,
    unserved: (words) => `I could not help with this part: "${words}".`,
    count: (what, count) => `${what}: ${count}`,
    more: (count) => `and ${count} more`,
    yes: 'yes',
    no: 'no',
    or: 'or',
    none: 'none',
  },
  es: {
    greeting: 'Hola. ¿En qué puedo ayudarle?',
    thanks: 'De nada.',
    farewell: 'Hasta luego.',
    withdrawal: 'De acuerdo. No he cambiado nada.',
    abstention:
      'No estoy seguro de cómo ayudarle con eso, así que no he hecho nada. Puede atenderle una persona.',
    person: 'No puedo resolverlo yo; puede atenderle una persona.',
    missing: (names) => `Para eso necesito: ${names}. ¿Me lo puede decir?`,
    ambiguous: (name, values) => `¿A qué se refiere (${name}): ${values}?`,
    refused: (name, said) =>
      said === ''
        ? `No pude usar este dato: ${name}. ¿Puede revisarlo?`
        : `No pude usar «${said}» (${name}). ¿Puede revisarlo?`,
    done: (what) => `Hecho: ${what}.`,
    failed: (what, why) => `No he podido completarlo (${what})${because(why)}.`,
    denied: (what, why) => `No se ha aprobado, así que no se ha hecho (${what})${because(why)}.`,
    notMade: (what) => `Esto no lo he hecho: ${what}.`,
    nothingFound: (what) => `No he encontrado nada (${what}).`,
    unserved: (words) => `No he podido ayudarle con esta parte: «${words}».`,
    count: (what, count) => `${what}: ${count}`,
    more: (count) => `y ${count} más`,
    yes: 'sí',
    no: 'no',
    or: 'o',
    none: 'ninguno',
  },
};
