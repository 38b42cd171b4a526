import { fold } from '../language/fold.ts';
import type { Entity } from './entity.ts';

const clock = /(?<![\d:.,])([01]?\d|2[0-3]):([0-5]\d)\s*(am|pm|a\.m\.|p\.m\.)?(?![\d:])/g;
const hour = /(?<![\d:.,$€£])(1[0-2]|[1-9])\s*(am|pm|a\.m\.|p\.m\.)(?!\w)/g;
const spanishHour = /\ba las (\d{1,2})(?![\d:])(?:\s+(?:de|por) la (manana|tarde|noche))?/g;

/**
 * Times of day as `HH:MM`: "10:30", "3 pm", "a las 10 de la mañana". A Spanish hour without its half of the day
 * ("a las 3") is not `exact`.
 */
export function findTimes(text: string): Entity[] {
  const folded = fold(text);
  const found: Entity[] = [];
  const add = (match: RegExpExecArray, hours: number, minutes: string, exact = true) => {
    const time = `${String(hours).padStart(2, '0')}:${minutes}`;
    found.push({ kind: 'time', time, exact, start: match.index, end: match.index + match[0].length });
  };
  const half = (hours: number, afternoon: boolean) => (hours % 12) + (afternoon ? 12 : 0);
  for (const match of folded.matchAll(clock)) {
    const hours = Number(match[1]);
    add(match, match[3] === undefined ? hours : half(hours, match[3].startsWith('p')), match[2] ?? '00');
  }
  for (const match of folded.matchAll(hour))
    add(match, half(Number(match[1]), /^p/.test(match[2] ?? '')), '00');
  for (const match of folded.matchAll(spanishHour)) {
    const hours = Number(match[1]);
    if (hours > 23) continue;
    const part = match[2];
    add(
      match,
      part === undefined || hours > 12 ? hours : half(hours, part !== 'manana'),
      '00',
      part !== undefined || hours > 12,
    );
  }
  return found.sort((one, other) => one.start - other.start);
}
