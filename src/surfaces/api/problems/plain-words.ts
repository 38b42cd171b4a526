/** What a schema finds wrong with a value, as zod says it. */
export type Issue = {
  code?: string;
  path: readonly PropertyKey[];
  message: string;
  keys?: readonly string[];
  /** What has a size: `string`, `array`, or a kind of number. */
  origin?: string;
  minimum?: number | bigint;
  maximum?: number | bigint;
  inclusive?: boolean;
  values?: readonly unknown[];
  expected?: string;
  /** Of a union: what each of its branches found. */
  errors?: readonly (readonly Issue[])[];
};

const KINDS: Record<string, string> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  null: 'null',
  number: 'a number',
  object: 'an object',
  record: 'an object',
  string: 'a text',
};

/**
 * What is wrong with a field, as a clause that follows its name. A schema's own words stand as they are.
 *
 * @example
 * inPlainWords({ code: 'too_small', origin: 'string', minimum: 1, path: [], message: '…' }); // 'is empty'
 */
export function inPlainWords(issue: Issue): string {
  const { code, message, expected = '', values = [], errors = [] } = issue;
  if (/ received undefined$/.test(message)) return 'is missing';
  if (code === 'invalid_type' && expected in KINDS && /^Invalid /.test(message))
    return `must be ${KINDS[expected]}`;
  if (code === 'invalid_value' && /^Invalid /.test(message)) return `must be ${oneOf(values)}`;
  if (code === 'too_small' && /^Too small/.test(message)) return tooSmall(issue);
  if (code === 'too_big' && /^Too big/.test(message)) return tooBig(issue);
  // The first branch is the one that is meant; the others stand for its absence.
  const meant = errors[0]?.[0];
  return code === 'invalid_union' && message === 'Invalid input' && meant !== undefined
    ? inPlainWords(meant)
    : message;
}

function tooSmall({ origin, minimum, inclusive }: Issue): string {
  const unit = unitOf(origin);
  if (unit === undefined) return `must be ${inclusive === false ? 'more than' : 'at least'} ${minimum}`;
  return Number(minimum) === 1 ? 'is empty' : `must have at least ${minimum} ${unit}`;
}

function tooBig({ origin, maximum, inclusive }: Issue): string {
  const unit = unitOf(origin);
  if (unit === undefined) return `must be ${inclusive === false ? 'less than' : 'at most'} ${maximum}`;
  return `must have at most ${maximum} ${unit}`;
}

function unitOf(origin: string | undefined): string | undefined {
  return origin === 'string' ? 'characters' : origin === 'array' ? 'entries' : undefined;
}

function oneOf(values: readonly unknown[]): string {
  return values.length === 1 ? String(values[0]) : `one of ${values.join(', ')}`;
}
