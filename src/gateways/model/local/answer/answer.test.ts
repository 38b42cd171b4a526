import { describe, expect, it } from 'vitest';
import { sourceOf } from '../request/read-message.ts';
import { leavesOf } from '../slots/from-results.ts';
import { now } from '../testing/ask.ts';
import { describeResult, isEmptyResult } from './describe-result.ts';
import { failureText, saysAbsent } from './failure-text.ts';
import { fieldName } from './field-name.ts';
import { fillResponse } from './fill-response.ts';
import { formatValue } from './format-value.ts';

describe('fieldName', () => {
  it.each([
    ['dueDate', 'Due date', 'Fecha de vencimiento'],
    ['status', 'Status', 'Estado'],
    ['usd', 'Amount', 'Importe'],
    ['payment', 'Payment', 'Pago'],
    ['packet_loss', 'Packet loss', 'Packet loss'],
    ['loanId', 'Loan ID', 'Referencia de préstamo'],
  ])('%s is %s, %s', (key, english, spanish) => {
    expect([fieldName(key, 'en'), fieldName(key, 'es')]).toEqual([english, spanish]);
  });
});

describe('formatValue', () => {
  it.each([
    [12.5, 'usd', undefined, '$12.50', '12,50 $'],
    [12.5, 'total', 'EUR', '€12.50', '12,50 €'],
    [12.5, 'speed', 'EUR', '12.5', '12,5'],
    [12_000, 'count', undefined, '12,000', '12.000'],
    [2026, 'year', undefined, '2026', '2026'],
    ['2026-03-01', 'due', undefined, '1 March 2026', '1 de marzo de 2026'],
    ['2026-03-01T09:30:00Z', 'at', undefined, '1 March 2026, 09:30 UTC', '1 de marzo de 2026, 09:30 UTC'],
    [true, 'paid', undefined, 'yes', 'sí'],
    ['two\nlines ', 'note', undefined, 'two lines', 'two lines'],
  ] as const)('%s (%s)', (value, key, currency, english, spanish) => {
    const said = (language: 'en' | 'es') => formatValue(value, key, currency, language);
    expect([said('en'), said('es')]).toEqual([english, spanish]);
  });

  it('shortens what is long', () => {
    expect(formatValue('x'.repeat(1000), 'note', undefined, 'en')).toHaveLength(401);
  });
});

describe('describeResult', () => {
  const bill = {
    account: 'AC-1042',
    usd: 46.25,
    dueDate: '2026-03-15',
    paid: false,
    charges: [
      { description: 'Fibre', usd: 39.9 },
      { description: 'Calls', usd: 6.35 },
    ],
  };

  it('says all fields when the question names none', () => {
    expect(describeResult(bill, 'show me the bill', 'en')).toBe(
      'Account: AC-1042. Amount: $46.25. Due date: 15 March 2026. Paid: no. ' +
        'Charges (2): Description: Fibre, Amount: $39.90 | Description: Calls, Amount: $6.35',
    );
  });

  it.each([
    ['how much is it?', 'Amount: $46.25'],
    ['when is it due?', 'Due date: 15 March 2026'],
    ['who pays?', describeResult(bill, '', 'en')],
  ])('says what is asked for: %s', (question, answer) => {
    expect(describeResult(bill, question, 'en')).toBe(answer);
  });

  it('takes the currency that stands beside the amounts', () => {
    expect(describeResult({ total: 5, currency: 'eur' }, '', 'en')).toBe('Total: €5.00');
  });

  it('unwraps a single object, quotes a text, counts a list and keeps it short', () => {
    expect(describeResult({ line: { status: 'up' } }, '', 'en')).toBe('Status: up');
    expect(describeResult('All is well', '', 'en')).toBe('All is well');
    expect(describeResult([1, 2, 3, 4, 5, 6, 7], '', 'en')).toBe('7: 1, 2, 3, 4, 5, and 2 more');
    expect(describeResult({ items: [] }, '', 'es')).toBe('Producto: ninguno');
  });

  it('ends on results of any depth', () => {
    let deep: { inner?: object } = {};
    for (let level = 0; level < 50; level += 1) deep = { inner: deep, ...(level % 2 ? { other: {} } : {}) };
    expect(describeResult(JSON.parse(JSON.stringify({ a: deep, b: 1 })), '', 'en')).toContain('…');
  });

  it('knows an empty result', () => {
    expect([null, '', [], {}, { accounts: [] }].map(isEmptyResult)).toEqual([true, true, true, true, true]);
    expect([0, false, 'x', [0], { a: 0 }].map(isEmptyResult)).toEqual([false, false, false, false, false]);
  });
});

describe('failures', () => {
  it('are said in one line', () => {
    expect(failureText('no account\n    at file.ts:1')).toBe('no account');
    expect(failureText({ error: { code: 'x', message: 'no account' } })).toBe('no account');
    expect(failureText({ code: 'x' })).toBe('');
    expect(failureText(null)).toBe('');
  });

  it('tell what is not there from what broke', () => {
    expect(saysAbsent('There is no account AC-9999')).toBe(true);
    expect(saysAbsent({ code: 'not_found' })).toBe(true);
    expect(saysAbsent('timeout')).toBe(false);
  });
});

describe('fillResponse', () => {
  const schema = {
    type: 'object' as const,
    properties: {
      status: { type: 'string' as const },
      customer: {
        type: 'object' as const,
        properties: { email: { type: 'string' as const, format: 'email' } },
      },
      summary: { type: 'string' as const },
    },
    required: ['status'],
  };

  it('takes fields from results, then from the user, and prose where prose is asked for', () => {
    const sources = [sourceOf('I am ann@example.com', 'en', now)];
    const answer = fillResponse(schema, sources, [leavesOf({ status: 'up' })], 'All is up.');
    expect(answer).toEqual({
      value: { status: 'up', customer: { email: 'ann@example.com' }, summary: 'All is up.' },
      complete: true,
    });
  });

  it('makes nothing up', () => {
    expect(fillResponse(schema, [sourceOf('hello', 'en', now)], [], '')).toEqual({
      value: {},
      complete: false,
    });
  });
});
