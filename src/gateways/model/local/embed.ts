import { detectLanguage } from './language/detect-language.ts';
import { featuresOf } from './language/features.ts';
import { trigramsOf } from './language/ngrams.ts';
import { isStopWord } from './language/stop-words.ts';
import { tokenise } from './language/tokenise.ts';

/** Enough that two words of a question seldom share a place. */
const DIMENSIONS = 1_024;

/** What a topic weighs, beside the letters of its words, and a word that carries no topic. */
const TOPIC = 1;
const LETTERS = 0.6;
const OTHER_WORD = 0.15;

/**
 * A vector for a text, without a model: its topics (words of like meaning are one), the trigrams of their words and,
 * lightly, the words that carry no topic, each hashed to a place (the "hashing trick": K. Weinberger et al., ICML
 * 2009). Deterministic, in process. It knows likeness of words and no more of meaning than the word lists do.
 *
 * @returns a vector of length 1, or of zeros for a text without words
 * @example
 * embedText('Where is my invoice?').length; // 1024
 */
export function embedText(text: string): Float32Array {
  const vector = new Float32Array(DIMENSIONS);
  const language = detectLanguage(text);
  const features = featuresOf(text, language);
  for (const { key } of features) add(vector, `topic ${key}`, TOPIC);
  for (const { word } of tokenise(text))
    if (isStopWord(word, language)) add(vector, `word ${word}`, OTHER_WORD);
  const trigrams = trigramsOf(features.map(({ word }) => word).join(' '));
  const norm = Math.hypot(...trigrams.values());
  for (const [trigram, count] of trigrams) {
    add(vector, `letters ${trigram}`, (LETTERS * Math.sqrt(features.length) * count) / norm);
  }
  return toLengthOne(vector);
}

function add(vector: Float32Array, feature: string, weight: number): void {
  const hash = hashOf(feature);
  const at = hash % DIMENSIONS;
  // The sign makes features that share a place cancel out rather than add up.
  vector[at] = (vector[at] ?? 0) + (hash >>> 31 === 0 ? weight : -weight);
}

/** FNV-1a of 32 bits, with the last mixing of MurmurHash3, so that all bits depend on all letters. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function toLengthOne(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return length === 0 ? vector : vector.map((value) => value / length);
}
