import type { JSONObject, LanguageModelV4FunctionTool } from '@ai-sdk/provider';
import type { Language } from '../language/detect-language.ts';
import { detectLanguage } from '../language/detect-language.ts';
import { featuresOf } from '../language/features.ts';
import { actionClassOf } from '../language/lexicon.ts';
import { trigramsOf } from '../language/ngrams.ts';
import { splitName, tokenise } from '../language/tokenise.ts';
import { readClause } from '../request/read-clause.ts';
import type { Slot } from '../slots/schema.ts';
import { readSchema } from '../slots/schema.ts';
import type { Bag } from './comparable.ts';
import { blankValues, comparable, noTime } from './comparable.ts';

/** What a tool does to the world; a tool that does not say is taken to write. */
export type Effect = 'read' | 'write' | 'execute';

/** What the ranker knows of a tool. */
export type ToolProfile = {
  name: string;
  description: string;
  effect: Effect;
  slots: readonly Slot[];
  inputExamples: readonly JSONObject[];
  /** How much each feature belongs to the tool, 0 to 1. */
  vocabulary: ReadonlyMap<string, number>;
  /** The features of its name. */
  core: ReadonlySet<string>;
  /** The acts that it performs. */
  actions: ReadonlySet<string>;
  /** Its words as written, for matching typing errors. */
  words: readonly { word: string; trigrams: Bag }[];
  /** Example utterances, and name with description, as bags of features and of character trigrams. */
  texts: readonly { features: Bag; trigrams: Bag; isExample: boolean }[];
};

const weights = {
  name: 1,
  description: 1,
  furtherDescription: 0.7,
  example: 1,
  slotName: 0.6,
  slotDescription: 0.5,
};

const optionsOf = (tool: LanguageModelV4FunctionTool): { effect: Effect; examples: string[] } => {
  const { effect, examples } = tool.providerOptions?.bulkhead ?? {};
  const known = effect === 'read' || effect === 'write' || effect === 'execute' ? effect : 'write';
  const list = Array.isArray(examples) ? examples.filter((example) => typeof example === 'string') : [];
  return { effect: known, examples: list };
};

const slotTexts = (slots: readonly Slot[]): { names: string; descriptions: string } => ({
  names: slots.map((slot) => splitName(slot.name)).join(' '),
  descriptions: slots
    .map(({ schema }) =>
      [schema.description, ...(schema.choices ?? []).map(({ value }) => splitName(String(value)))].join(' '),
    )
    .join(' '),
});

const built = new Map<string, ToolProfile>();
const mostKept = 256;

/** The profile of a tool, made from its definition alone; kept for the next call with an equal definition. */
export function profileTool(tool: LanguageModelV4FunctionTool): ToolProfile {
  const key = JSON.stringify(tool);
  const known = built.get(key);
  if (known !== undefined) return known;
  if (built.size >= mostKept) built.clear();
  const profile = buildProfile(tool);
  built.set(key, profile);
  return profile;
}

const buildProfile = (tool: LanguageModelV4FunctionTool): ToolProfile => {
  const { effect, examples } = optionsOf(tool);
  const slots = readSchema(tool.inputSchema).slots ?? [];
  const description = tool.description ?? '';
  const language = detectLanguage(description);
  const name = splitName(tool.name);
  const [firstSentence = '', ...furtherSentences] = description.split(/(?<=[.:;])\s+/);
  const { names, descriptions } = slotTexts(slots);
  const vocabulary = new Map<string, number>();
  const learn = (text: string, weight: number, of: Language) => {
    for (const { key } of featuresOf(blankValues(text, of).text, of)) {
      vocabulary.set(key, Math.max(weight, vocabulary.get(key) ?? 0));
    }
  };
  learn(name, weights.name, 'en');
  learn(firstSentence, weights.description, language);
  learn(furtherSentences.join(' '), weights.furtherDescription, language);
  learn(names, weights.slotName, 'en');
  learn(descriptions, weights.slotDescription, language);
  const actions = new Set(featuresOf(`${name}. ${firstSentence}`, language).map((feature) => feature.key));
  for (const example of examples) {
    const of = detectLanguage(example, language);
    learn(example, weights.example, of);
    for (const action of readClause(example, 0, of, noTime).actions) actions.add(action.key);
  }
  const core = new Set(featuresOf(name, 'en').map((feature) => feature.key));
  const topics = [...core].filter((key) => actionClassOf(key) !== 'reading');
  const all = [name, description, names, descriptions, ...examples].join(' ');
  return {
    name: tool.name,
    description,
    effect,
    slots,
    inputExamples: (tool.inputExamples ?? []).map((example) => example.input),
    vocabulary,
    core: topics.length > 0 ? new Set(topics) : core,
    actions,
    words: [...new Set(tokenise(all).map((token) => token.word))]
      .filter((word) => word.length > 3)
      .map((word) => ({ word, trigrams: trigramsOf(word) })),
    texts: [
      { ...comparable(`${name}. ${description}`, language), isExample: false },
      ...examples.map((example) => ({
        ...comparable(example, detectLanguage(example, language)),
        isExample: true,
      })),
    ],
  };
};
