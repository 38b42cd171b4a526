import { splitName } from '../language/tokenise.ts';
import type { Source } from './candidate.ts';

const roles: readonly { names: RegExp; before: RegExp }[] = [
  {
    names: /^(?:from|source|origin|sender|start|since|begin|desde|origen|inicio)\b/,
    before:
      /\b(?:from|desde|del?|since|starting|starts?|between|out of)\s+(?:the\s+|la\s+|el\s+)?(?:\w+\s+)?$/,
  },
  {
    names: /^(?:to|target|destination|recipient|receiver|end|until|hasta|destino|fin)\b/,
    before:
      /\b(?:to|into|until|till|hasta|al?|hacia|para|and|y|ending|ends?)\s+(?:the\s+|la\s+|el\s+)?(?:\w+\s+)?$/,
  },
];

/** Whether a slot's name gives it a direction: from or to. */
export function hasRole(slotName: string): boolean {
  return roles.some((role) => role.names.test(splitName(slotName)));
}

/** Whether the words before a place give it the direction that the slot's name asks for. */
export function playsRole(slotName: string, source: Source, start: number): boolean {
  const before = source.folded.slice(Math.max(0, start - 30), start);
  return roles.some((role) => role.names.test(splitName(slotName)) && role.before.test(before));
}

/** Whether the words right before a place say that it is what is left behind: "change it from 28013". */
export function isOrigin(source: Source, start: number): boolean {
  return /\b(?:from|desde)\s+$/.test(source.folded.slice(Math.max(0, start - 12), start));
}
