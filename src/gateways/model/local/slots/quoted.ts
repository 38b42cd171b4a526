import type { Entity } from './entity.ts';
import { overlaps } from './entity.ts';

const quotedPattern =
  /"([^"\n]{1,400})"|“([^”\n]{1,400})”|«([^»\n]{1,400})»|(?<![\p{L}\p{N}])'([^'\n]{2,400})'(?![\p{L}\p{N}])/gu;

const mostQuoted = 100;

/** Fenced blocks, and lines that begin with `>` as mail programs quote. */
const blockPattern = /```[^\n]*\n([\s\S]*?)```|^[ \t]*>[ \t]?(.*)$/gm;

/** Quoted passages: what somebody else said or a literal value, so never a request of the user's own. */
export function findQuoted(text: string): Entity[] {
  const found: Entity[] = [];
  for (const pattern of [blockPattern, quotedPattern]) {
    for (const match of text.matchAll(pattern)) {
      if (found.length >= mostQuoted) break;
      const [start, end] = [match.index, match.index + match[0].length];
      if (found.some((other) => overlaps(other, { start, end }))) continue;
      const inner = match.slice(1).find((group) => group !== undefined) ?? '';
      found.push({ kind: 'quoted', text: inner.trim(), exact: true, start, end });
    }
  }
  return found.sort((one, other) => one.start - other.start);
}
