import { describe, expect, it } from 'vitest';
import { reserve } from './reservation.ts';

const cents = (promptTokens: number) => (output: number) => (promptTokens + 5 * output) / 100;

describe('reserve', () => {
  it('sets the prompt and the whole output aside', () => {
    const left = { tokens: 10_000, usd: 100 };
    expect(reserve({ promptTokens: 1_000, wanted: 500, left, worstCase: cents(1_000) })).toEqual({
      maxOutputTokens: 500,
      inputTokens: 1_000,
      tokens: 1_500,
      usd: 35,
    });
  });

  it('cuts the output down to the tokens that are left', () => {
    const left = { tokens: 1_100, usd: null };
    expect(reserve({ promptTokens: 1_000, wanted: 500, left, worstCase: () => 0 })).toMatchObject({
      maxOutputTokens: 100,
      tokens: 1_100,
    });
  });

  it('cuts the output down to the dollars that are left', () => {
    const left = { tokens: 10_000, usd: 20 };
    expect(reserve({ promptTokens: 1_000, wanted: 500, left, worstCase: cents(1_000) })).toEqual({
      maxOutputTokens: 200,
      inputTokens: 1_000,
      tokens: 1_200,
      usd: 20,
    });
  });

  it('refuses when no useful answer fits', () => {
    const worstCase = cents(1_000);
    const asked = { promptTokens: 1_000, wanted: 500, worstCase };
    const tokens = { limit: 'tokens', least: 1_016 };
    const usd = { limit: 'usd', least: 10.8 };
    expect(reserve({ ...asked, left: { tokens: 1_010, usd: 99 } })).toEqual(tokens);
    expect(reserve({ ...asked, left: { tokens: 9_000, usd: 10.5 } })).toEqual(usd);
    expect(reserve({ ...asked, left: { tokens: 9_000, usd: 0 } })).toEqual(usd);
  });

  it('takes a request for less than the least useful answer', () => {
    const left = { tokens: 9_000, usd: null };
    expect(reserve({ promptTokens: 10, wanted: 4, left, worstCase: () => 0 })).toMatchObject({
      maxOutputTokens: 4,
    });
  });

  it('lets a free model run without a dollar', () => {
    const left = { tokens: 9_000, usd: 0 };
    expect(reserve({ promptTokens: 10, wanted: 40, left, worstCase: () => 0 })).toMatchObject({ usd: 0 });
  });
});
