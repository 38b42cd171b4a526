/** Something of a recognised form in the user's words, with its place in the text. */
export type Entity = EntityValue & { start: number; end: number };

/** `exact` is false when the words leave the value open: "about 5", "5 or 10", a date that reads two ways. */
export type EntityValue =
  | { kind: 'money'; amount: number; currency: string | undefined; exact: boolean }
  | { kind: 'number'; amount: number; exact: boolean; ordinal?: boolean }
  | { kind: 'percent'; amount: number; exact: boolean }
  | { kind: 'date'; date: string; precision: 'day' | 'month'; exact: boolean }
  | { kind: 'time'; time: string; exact: boolean }
  | { kind: 'email'; text: string; exact: boolean }
  | { kind: 'phone'; text: string; exact: boolean }
  | { kind: 'code'; text: string; exact: boolean }
  | { kind: 'name'; text: string; exact: boolean }
  | { kind: 'quoted'; text: string; exact: boolean };

/** Whether two places overlap. */
export function overlaps(
  one: { start: number; end: number },
  other: { start: number; end: number },
): boolean {
  return one.start < other.end && other.start < one.end;
}
