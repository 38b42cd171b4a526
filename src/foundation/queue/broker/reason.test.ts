import { describe, expect, it } from 'vitest';
import { reasonOf } from './reason.ts';

describe('the reason of a failure', () => {
  it('is its message, or the first one where several addresses were tried', () => {
    expect(reasonOf(new Error('connect ECONNREFUSED'))).toBe('connect ECONNREFUSED');
    expect(reasonOf(new AggregateError([new Error('connect ECONNREFUSED ::1')]))).toBe(
      'connect ECONNREFUSED ::1',
    );
    expect(reasonOf('plain')).toBe('plain');
  });

  it('has no password of an address, and is short', () => {
    expect(reasonOf(new Error('cannot open amqp://user:secret@mq.example.com/'))).toBe(
      'cannot open amqp://mq.example.com/',
    );
    expect(reasonOf(new Error('x'.repeat(10_000)))).toHaveLength(300);
  });
});
