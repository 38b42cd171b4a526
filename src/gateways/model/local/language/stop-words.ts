/** Words that carry no topic: articles, pronouns, auxiliaries, light verbs, courtesy. English. */
const english = `
a about actually again all also am an and any anybody anyone anything are around as ask at back be because been being
both but by came can cannot case come could couldn't did didn't do does doesn't doing don't done down each either
else even ever every exactly for from further gave get gets getting give gives giving go goes going gone good got
had has hasn't have haven't having he hello help her here hey hi him his hope how i i'd i'll i'm i've if in into is
isn't it it's its itself just keep keeps keeping kept kind kindly last let let's like lot made make makes making many may maybe me mean
might mind mine more most much must my myself need needed needs never no not now of off ok okay on one only onto or
other our out over own past per perhaps please pls possible put quite rather re really regarding right said say says
seem seems she should so some somebody someone something soon sorry still stuff such sure take takes than thank
thanks that that's the their them then there there's these they thing things think this those through to today too
under until up upon us use used using very via wanna want wanted wants was wasn't way we we'd we're we've well were
what what's whatever when when's where where's whether which while who who's whose why will wish with within without
won't would wouldn't yes yet you you're your yours yourself dear morning afternoon evening concerning hereby place
home somehow currently present moment asap s t d ll m ve
`;

/** The same for Spanish, folded (no accents). */
const spanish = `
a ademas ahi ahora al algo alguien algun alguna algunas alguno algunos alli ante antes aqui asi aun aunque ayuda
ayudar ayudarme ayudenme bien bueno buenas buenos cada casi caso casa como con conmigo contigo contra cosa cosas cual
cuales cualquier cuando cuanta cuantas cuanto cuantos da dadme dame dan dar darme de deberia del deme demas denme
desde deseo despues di dia dias disculpe donde dos durante e el ella ellas ellos en encima entonces entre era eran
eres es esa esas ese eso esos esta estaba estamos estan estar estas este esto estos estoy fue fueron fui
gracias ha haber habia hace hacen hacer haces hacia hagan hago han has hasta hay haya haz hazme he hemos hola hoy
incluso ir jamas junto la las le les llevamos llevo lo los luego mas me mi mia mio mis misma mismo mismos momento muchas mucho muy
nada nadie necesita necesitamos necesito ni ningun ninguna ninguno no nos nosotros nuestra nuestro nunca o os otra
otras otro otros oye oiga para parte pasa pero perdon perdona poco podeis podemos poder podria podrian podriais
podrias pone poner pongan ponme por porfa porque posible favor pues puede pueden puedes puedo que queria queremos
quien quienes quiere quieren quiero quisiera saludos se sea sean segun ser si siempre sido sigue sin sino sobre
sois solo somos son soy su sus tal tambien tan tanto tardes te teneis tenemos tener tengo ti tiene tienen tienes
toda todas todavia todo todos tras tu tus un una unas uno unos usted ustedes va vale vamos van vaya veces ver vez
vosotros voy y ya yo noches gustaria ayer
`;

const words = (list: string): ReadonlySet<string> => new Set(list.trim().split(/\s+/));

const stopWords: Record<'en' | 'es', ReadonlySet<string>> = { en: words(english), es: words(spanish) };

/** Whether a folded word carries no topic of its own in the language. */
export function isStopWord(word: string, language: 'en' | 'es'): boolean {
  return stopWords[language].has(word);
}

/** How many of the words are function words of each language: the evidence of language detection. */
export function countStopWords(wordsOfText: readonly string[]): { en: number; es: number } {
  const count = (language: 'en' | 'es') => wordsOfText.filter((word) => isStopWord(word, language)).length;
  return { en: count('en'), es: count('es') };
}
