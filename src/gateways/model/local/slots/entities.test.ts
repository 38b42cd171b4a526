import { describe, expect, it } from 'vitest';
import { now } from '../testing/ask.ts';
import { findEntities } from './entities.ts';

const find = (text: string, language: 'en' | 'es' = 'en') =>
  findEntities(text, language, now).map(({ start: _start, end: _end, ...entity }) => entity);

describe('money', () => {
  it.each([
    ['$12.50', 'en', 12.5, 'USD'],
    ['12,50 €', 'es', 12.5, 'EUR'],
    ['USD 1,250.00', 'en', 1250, 'USD'],
    ['1.250,50 euros', 'es', 1250.5, 'EUR'],
    ['twenty-five dollars', 'en', 25, 'USD'],
    ['a hundred and ten bucks', 'en', 110, 'USD'],
    ['twelve dollars and fifty cents', 'en', 12.5, 'USD'],
    ['$3 and 20 cents', 'en', 3.2, 'USD'],
    ['veinte dólares', 'es', 20, 'USD'],
    ['mil doscientos euros', 'es', 1200, 'EUR'],
    ['50 cents', 'en', 0.5, undefined],
    ['-$5', 'en', -5, 'USD'],
    ['minus 5 dollars', 'en', -5, 'USD'],
    ['£20', 'en', 20, 'GBP'],
    ['$20k', 'en', 20_000, 'USD'],
    ['5 mil dólares', 'es', 5000, 'USD'],
    ['2 million dollars', 'en', 2_000_000, 'USD'],
  ] as const)('%s (%s) is %s %s', (text, language, amount, currency) => {
    expect(find(text, language)).toEqual([{ kind: 'money', amount, currency, exact: true }]);
  });

  it.each([
    'about $5',
    'up to 5 dollars',
    '$5 or so',
    '$5 per day',
    'half of $30',
    '$5-10',
    'over $50',
    '$1.250',
    '$5M',
    '$5 plus tax',
    '$5/day',
    '5 dollars and a half',
    'two fifty dollars',
    'twice $5',
    '5 dollars 50',
  ])('%s is open', (text) => {
    expect(find(text).every((entity) => entity.exact)).toBe(false);
  });

  it('is exact beside the digits of an identifier', () => {
    expect(find('give AC-1043 a 5 dollar credit')).toContainEqual({
      kind: 'money',
      amount: 5,
      currency: 'USD',
      exact: true,
    });
  });
});

describe('numbers', () => {
  it.each([
    ['24 months', { kind: 'number', amount: 24, exact: true }],
    ['over 24 months', { kind: 'number', amount: 24, exact: true }],
    ['5%', { kind: 'percent', amount: 5, exact: true }],
    ['por ciento', undefined],
    ['the 15th', { kind: 'number', amount: 15, exact: true, ordinal: true }],
    ['thirty-six', { kind: 'number', amount: 36, exact: true }],
    ['one month', undefined],
  ])('%s', (text, entity) => {
    expect(find(text)[0]).toEqual(entity);
  });
});

describe('dates and times', () => {
  it.each([
    ['2026-03-20', 'en', '2026-03-20'],
    ['March 3rd, 2026', 'en', '2026-03-03'],
    ['3 de marzo de 2026', 'es', '2026-03-03'],
    ['12 March', 'en', '2026-03-12'],
    ['20/03/2026', 'en', '2026-03-20'],
    ['04/05/2026', 'es', '2026-05-04'],
    ['tomorrow', 'en', '2026-03-04'],
    ['pasado mañana', 'es', '2026-03-05'],
    ['on Friday', 'en', '2026-03-06'],
    ['last Monday', 'en', '2026-03-02'],
    ['3 days ago', 'en', '2026-02-28'],
    ['dentro de 2 semanas', 'es', '2026-03-17'],
    ['last month', 'en', '2026-02'],
    ['enero de 2026', 'es', '2026-01'],
    ['the February bill', 'en', '2026-02'],
  ] as const)('%s (%s) is %s', (text, language, date) => {
    expect(find(text, language)).toContainEqual(expect.objectContaining({ kind: 'date', date, exact: true }));
  });

  it('leaves "next Friday" open: it is of this week or of the next', () => {
    expect(find('next Friday')).toEqual([expect.objectContaining({ date: '2026-03-06', exact: false })]);
  });

  it('leaves a date of two readings open, and drops one that does not exist', () => {
    expect(find('04/05/2026')).toEqual([expect.objectContaining({ kind: 'date', exact: false })]);
    expect(find('2026-02-30').some(({ kind }) => kind === 'date')).toBe(false);
  });

  it('does not take a verb for a month', () => {
    expect(find('May I march in?')).toEqual([]);
  });

  it.each([
    ['at 10:30', '10:30'],
    ['3 pm', '15:00'],
    ['9:15 am', '09:15'],
    ['12:05 am', '00:05'],
    ['a las 4 de la tarde', '16:00'],
  ])('%s is %s', (text, time) => {
    expect(find(text)).toContainEqual({ kind: 'time', time, exact: true });
  });

  it('leaves a Spanish hour without its half of the day open', () => {
    expect(find('a las 3', 'es')).toContainEqual({ kind: 'time', time: '03:00', exact: false });
  });
});

describe('contacts, codes, names and quotations', () => {
  it.each([
    ['write to ann@example.com.', { kind: 'email', text: 'ann@example.com', exact: true }],
    ['call +34 600 123 456', { kind: 'phone', text: '+34 600 123 456', exact: true }],
    ['about AC-1042, please', { kind: 'code', text: 'AC-1042', exact: true }],
    ['the line of Maria Lopez', { kind: 'name', text: 'Maria Lopez', exact: true }],
    ['soy Lucía Fernández', { kind: 'name', text: 'Lucía Fernández', exact: true }],
    ['This is Maria Lopez. How are you?', { kind: 'name', text: 'Maria Lopez', exact: true }],
    ['a customer named Ann Price', { kind: 'name', text: 'Ann Price', exact: true }],
    ['note “feels better”', { kind: 'quoted', text: 'feels better', exact: true }],
  ])('%s', (text, entity) => {
    expect(find(text)).toEqual([entity]);
  });

  it.each(['in 24h', 'the 3rd', 'at 100mb', 'don’t', 'Check Line Status'])('finds none in: %s', (text) => {
    expect(find(text).filter(({ kind }) => ['code', 'phone', 'name', 'quoted'].includes(kind))).toEqual([]);
  });
});
