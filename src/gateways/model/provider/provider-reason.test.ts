import { describe, expect, it } from 'vitest';
import { providerReason } from './provider-reason.ts';

describe('providerReason', () => {
  it.each([
    'sk-proj-abcdef1234567890',
    'sk-ant-api03-AbCd_1234567890',
    'AIzaSyD1234567890abcdefghijklmnop',
    'sk-abc1****************wxyz',
    'Bearer x.y.z',
    'a8f5f167f44f4964e6c998dee827110c',
  ])('takes out %s', (key) => {
    expect(providerReason(`Incorrect API key provided: ${key}`)).toBe('Incorrect API key provided: [key]');
  });

  it('leaves the names of models and parameters', () => {
    const words = "The model claude-haiku-4-5-20251001 knows no parameter 'max_completion_tokens'";
    expect(providerReason(words)).toBe(words);
  });

  it('is one short line, or nothing', () => {
    expect(providerReason('a\n  b')).toBe('a b');
    expect(providerReason('long '.repeat(200))).toHaveLength(301);
    expect(providerReason('  ')).toBeUndefined();
    expect(providerReason(undefined)).toBeUndefined();
  });
});
