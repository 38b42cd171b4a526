import { featuresOf } from '../language/features.ts';
import { actionClassOf, areNeighbours } from '../language/lexicon.ts';
import type { Clause } from '../request/clause.ts';
import { readClause } from '../request/read-clause.ts';
import type { Message } from '../request/read-message.ts';
import type { Intent, Understanding } from './intent.ts';
import type { Situation } from './intent-of.ts';
import { intentOf } from './intent-of.ts';
import { splitObjects } from './split-objects.ts';

const isUnserved = (clause: Clause, message: Message, intents: readonly Intent[]): boolean => {
  if (clause.mood === 'statement') return false;
  const features = featuresOf(clause.core, message.language).filter(
    (feature) => actionClassOf(feature.key) !== 'reading',
  );
  const known = (key: string) =>
    intents.some(
      ({ tool }) =>
        tool.vocabulary.has(key) || [...tool.vocabulary.keys()].some((own) => areNeighbours(own, key)),
    );
  return features.some((feature) => !known(feature.key));
};

const mostIntents = 4;

/**
 * Reads what a message asks for. Each clause is served by its own tool; statements count only when nothing is asked
 * outright; when no clause is clear by itself the message is tried as a whole.
 */
export function understand(situation: Situation): Understanding {
  const { message, now } = situation;
  const clauses = message.clauses.flatMap((clause) => splitObjects(clause, situation));
  const served = clauses.map((clause) => ({ clause, intent: intentOf(clause, situation) }));
  const asked = served.filter(
    ({ clause, intent }) => (clause.mood !== 'statement' || clause.fragment) && intent !== undefined,
  );
  const stated = served.filter(({ clause, intent }) => !clause.conditional && intent !== undefined);
  const chosen = asked.length > 0 ? asked : stated;
  const intents = chosen
    .flatMap(({ intent }) => (intent === undefined ? [] : [intent]))
    .slice(0, mostIntents);
  if (intents.length === 0 && message.clauses.length > 1) {
    const whole = readClause(message.text, 0, message.language, now);
    const mood = message.clauses.some((clause) => clause.mood === 'request') ? 'request' : whole.mood;
    const actions = message.clauses.flatMap((clause) => clause.actions);
    const refused = message.clauses.some((clause) => clause.refused);
    const tentative = message.clauses.some((clause) => clause.tentative);
    const intent = intentOf({ ...whole, mood, actions, refused, tentative }, situation);
    if (intent !== undefined && intent.tool.effect === 'read') intents.push(intent);
  }
  const [only, ...others] = intents;
  if (only !== undefined && others.length === 0) intents[0] = { ...only, wide: true };
  const leftovers = served
    .filter(({ clause, intent }) => intent === undefined && isUnserved(clause, message, intents))
    .map(({ clause }) => clause.text.trim());
  return { intents, leftovers };
}
