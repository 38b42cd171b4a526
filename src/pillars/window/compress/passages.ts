import type { Json } from '../../../contract/json.ts';

/** Characters of a passage, about: a paragraph. */
const LONG = 800;

/** A value in parts that can be kept or left out, in order. `head` says what they are parts of. */
export type Passages = { head: string; passages: string[] };

/**
 * A list is its items; an object with a list in it is the rest of it and the longest list's items; a text is its
 * paragraphs, and where those are long, its lines.
 */
export function passagesOf(value: Json): Passages {
  if (typeof value === 'string') return { head: '', passages: paragraphsOf(value) };
  if (isList(value)) return { head: '', passages: value.map((item) => JSON.stringify(item)) };
  if (typeof value !== 'object' || value === null) return { head: '', passages: [JSON.stringify(value)] };
  const [longest] = Object.entries(value)
    .flatMap(([name, member]) => (isList(member) ? [{ name, items: member }] : []))
    .toSorted((one, other) => JSON.stringify(other.items).length - JSON.stringify(one.items).length);
  if (longest !== undefined && longest.items.length > 1) {
    const { [longest.name]: _, ...rest } = value;
    return {
      head: `${JSON.stringify(rest)}\n${longest.name}:`,
      passages: longest.items.map((item) => JSON.stringify(item)),
    };
  }
  return { head: '', passages: paragraphsOf(JSON.stringify(value, null, 1)) };
}

function paragraphsOf(text: string): string[] {
  return text
    .split(/\n\s*\n/)
    .flatMap((paragraph) => (paragraph.length <= LONG ? [paragraph] : packed(paragraph.split('\n'))))
    .flatMap(pieces)
    .filter((passage) => passage.trim() !== '');
}

/** Lines, put together as far as they stay short. */
function packed(lines: readonly string[]): string[] {
  const passages: string[] = [];
  for (const line of lines) {
    const last = passages.at(-1);
    if (last !== undefined && last.length + line.length < LONG) {
      passages[passages.length - 1] = `${last}\n${line}`;
    } else passages.push(line);
  }
  return passages;
}

/** A line without an end is cut where a word ends. */
function pieces(passage: string): string[] {
  if (passage.length <= 2 * LONG) return [passage];
  return passage.match(new RegExp(`[\\s\\S]{1,${LONG}}(?:\\s|$)|[\\s\\S]{1,${LONG}}`, 'g')) ?? [passage];
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
