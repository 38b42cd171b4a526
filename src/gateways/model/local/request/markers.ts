import type { Language } from '../language/detect-language.ts';

/** Openings that carry nothing: greetings, courtesy, connectives. Matched on folded text, again and again. */
export const leadIn: Record<Language, RegExp> = {
  en: /^[\s,;:.!¡¿-]*(?:(?:hi|hello|hey)(?:\s+(?:there|team|guys|all|everyone))?|good (?:morning|afternoon|evening|day)|dear (?:sir|madam|team|support|all)|please|pls|plz|kindly|ok|okay|so|well|and|then|also|but|plus|now|just|thanks|thank you|sorry|excuse me|listen|look,|first(?:ly)?|second(?:ly)?|finally|after that|next,|great|perfect|fine)\b/,
  es: /^[\s,;:.!¡¿-]*(?:hola|buenos dias|buen dia|buenas(?: tardes| noches)?|estimados?|por favor|porfa|oye|oiga|perdona|perdone|disculpa|disculpe|gracias|y|e|pero|entonces|tambien|ademas|luego|despues|ahora|bueno|pues|vale|primero|segundo|asi que|mira|perfecto|genial)\b/,
};

/** Ways of asking somebody to act. What follows is what is asked for. */
export const requestLead: Record<Language, RegExp> = {
  en: /^(?:would you be (?:so kind|kind enough|able)(?: as)?(?: to)?|be so kind as to|(?:can|could|would|will) (?:you|u|someone|somebody|anybody|anyone)(?: please| kindly| possibly| perhaps| just| also)*(?: be able to| go ahead and| help me(?: to)?)?|(?:can|could|may|might) (?:i|we)(?: please| also| just)? (?:get|have|ask(?: for)?|ask you to|request|receive|see|know)(?! been)|(?:i|we)(?:'d| would)(?: really| also)? (?:like|love|appreciate|want|need)(?: you| someone)?(?: to)?|i(?:'m| am) (?:asking|requesting|looking)(?: you)?(?: for| to)?|(?:i|we)(?: also| really| just)? (?:want|need|wish|request|demand)(?: you| someone)?(?: to)?|would you mind|would it be possible(?: for (?:you|me))? to(?: get| have)?|i(?: was| am|'m)? wonder(?:ing)? if (?:you|i|we) (?:can|could|might|may)(?: get| have)?|go ahead and|let's|let us|i ask you to|it would be (?:great|nice|good) if you could|help me(?: to)?|make sure(?: that)?|have someone|feel free to)\b/,
  es: /^(?:¿?\s*)?(?:(?:me |nos |le |les )?(?:puede|puedes|podria|podrias|podeis|podriais|pueden|podrian)(?: por favor| ustedes| usted)?|(?:me |nos )?(?:gustaria|encantaria)(?: que)?|(?:yo )?(?:quiero|quisiera|queremos|querria|necesito|necesitamos|deseo|deseamos|solicito|solicitamos|pido|pedimos|exijo|exigimos|requiero|ruego|rogamos)(?: que)?(?: me| nos| le)?|(?:me |nos )?(?:hace|haces|haceis|hacen)(?: usted| ustedes)?(?: el favor de| favor de)|haz(?:me|nos)? el favor de|haced(?:me|nos)? el favor de|haga(?:me)? el favor de|hagan(?:me)? el favor de|seria posible|ayudame a|ayudeme a|vamos a)\b/,
};

/** Questions: words that ask, or a verb before its subject. */
export const questionStart: Record<Language, RegExp> = {
  en: /^(?:how|why|what|what's|when|where|which|who|whose|is|are|am|was|were|did|do|does|don't|doesn't|didn't|has|have|had|hasn't|haven't|isn't|aren't|should|shall|can|could|would|will|won't|may|might|any)\b/,
  es: /^(?:como|por que|que|cuando|cuanto|cuanta|cuantos|cuantas|donde|cual|cuales|quien|quienes|es|esta|estan|estoy|hay|tengo|tiene|tienen|debo|puedo|podemos|se|ha|han|he|hemos|sigue|siguen|a que|en que|de que|de cuanto|con que|desde cuando|hasta cuando|para cuando|y que)\b/,
};

/** Words that make an order wait for something, or make it imagined; courtesies are taken out first. */
export const condition: Record<Language, RegExp> = {
  en: /\b(?:if|unless|provided|assuming|suppose|supposing|in case|as long as|only (?:after|when|once|if)|not until|before you|until|hypothetically|imagine|pretend|what would|had i|should (?:it|the|my)|otherwise|in the event)\b/,
  es: /\b(?:en caso de|siempre que|a menos que|salvo que|hasta que|solo (?:si|cuando|despues)|una vez que|suponiendo|supongamos|imagina|imaginemos|hipoteticamente|de lo contrario|siempre y cuando|con tal de)\b/,
};

/** Courtesies that look like conditions. */
export const politeCondition =
  /\b(?:if (?:it'?s |that'?s |it is |that is )?(?:possible|ok(?:ay)?|alright|not too much(?: trouble)?|you (?:can|could|don't mind|please|would))|when (?:you (?:can|get a chance|have (?:a )?(?:time|moment|minute))|possible)|si (?:es posible|puedes?|puede ser|pueden|podeis|no es (?:mucha )?molestia|no te importa|no le importa|hace(?:s|n)? el favor)|cuando (?:puedas?|puedan|podais))\b/g;

/** "If" as "whether", and offers of further contact: no condition either. */
export const embeddedQuestion =
  /\b(?:tell(?: me| us)?|check(?:ing)?|see|know|wonder(?:ing)?|find out|confirm|verify|ask(?:ing)?|look|sure|dime|digame|diganme|saber|ver|comprobar|mirar|confirmar|decirme|pregunto|revisar|revisa|mira|comprueba) (?:if|si)\b|\b(?:let me know|contact me|call me|tell me) if\b|\bif (?:you )?(?:need|have) (?:any|more|anything|further)\b|\bsi (?:necesitas?|necesitan|tienes?|tienen) (?:mas|algo|algun)\b/g;

/** Spanish "si" is a condition, "sí" is a yes: told apart on the unfolded text, at the start of a part. */
export const spanishIf = /(?:^|[\s,;])si\s+(?!$)/i;

/** An order not to do something, or a wish that it be not done. */
export const refusal: Record<Language, RegExp> = {
  en: /^(?:no\b|not\b|do not|don't|dont|never|stop|avoid|refrain|no need)\b|\b(?:do not|don't|dont|didn't|did not|no longer|wouldn't|would not|never) (?:want|need|wish|like|ask|request|asked|wanted)\b|\b(?:please |you |to )(?:do not|don't|dont|not|never)\b|\b(?:not asking|not requesting|rather not|instead of|without)\b|\bno (?:credits?|refunds?|changes?|payments?)\b/,
  es: /^(?:no|nunca|jamas|tampoco|deja de|dejen de|evita|eviten)\b|\b(?:que no|ya no|tampoco|sin que|en vez de|en lugar de|no (?:quiero|necesito|deseo|queremos|hace falta|pido|quisiera|quise|pedi|me|nos|le))\b/,
};

/** A wish to talk to a person. */
export const wantsPerson =
  /\b(?:(?:speak|talk|chat|connect(?: me)?|get me|transfer me|put me through)(?: to| with)? (?:an? |the |your |some )?(?:real |human |live )?(?:human|person|agent|someone|somebody|representative|manager|supervisor|operator)|(?:real|human) (?:person|agent|being)|(?:hablar|comunicarme|contactar|conectame|paseme|pasame) con (?:un |una |el |la |algun )?(?:humano|persona|agente|operador|operadora|alguien|responsable|encargado|supervisor)|persona (?:real|humana))\b/;
