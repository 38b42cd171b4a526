import { describe, expect, it } from 'vitest';
import { detectLanguage } from './detect-language.ts';
import { featuresOf } from './features.ts';
import { fold } from './fold.ts';
import { areNeighbours, conceptOf, sayConcept } from './lexicon.ts';
import { cosine, dice, trigramsOf } from './ngrams.ts';
import { splitName, tokenise } from './tokenise.ts';

describe('fold', () => {
  it('drops case and accents and keeps every place', () => {
    expect(fold('¿Cuánto ÑANDÚ?')).toBe('¿cuanto nandu?');
    for (const text of ['İstanbul', 'ﬀ', '😀 Sí', 'straße']) expect(fold(text)).toHaveLength(text.length);
  });
});

describe('tokenise', () => {
  it('keeps an inner apostrophe and parts at all other signs', () => {
    expect(tokenise('Don’t pay AC-1042!').map(({ word }) => word)).toEqual(["don't", 'pay', 'ac', '1042']);
  });

  it.each([
    ['runLineTest', 'run line test'],
    ['due_date', 'due date'],
    ['HTTPStatus2', 'http status 2'],
    ['crm.find-user', 'crm find user'],
  ])('reads the name %s as %s', (name, words) => {
    expect(splitName(name)).toBe(words);
  });
});

describe('detectLanguage', () => {
  it.each([
    ['When is my bill due?', 'en'],
    ['¿Cuándo vence mi factura?', 'es'],
    ['quiero un abono de 5 dolares', 'es'],
    ['mil doscientos euros', 'es'],
    ['please', 'en'],
  ] as const)('%s is %s', (text, language) => {
    expect(detectLanguage(text)).toBe(language);
  });

  it('keeps the language of the conversation when a text has none', () => {
    expect(detectLanguage('AC-1042', 'es')).toBe('es');
    expect(detectLanguage('AC-1042')).toBe('en');
  });
});

describe('the word list', () => {
  it.each([
    ['abónenme', 'es', 'credit'],
    ['devolvieran', 'es', 'refund'],
    ['pague', 'es', 'pay'],
    ['cambia', 'es', 'change'],
    ['payments', 'en', 'pay'],
    ['credited', 'en', 'credit'],
    ['bills', 'en', 'bill'],
    ['look_up', 'en', 'find'],
  ] as const)('finds %s (%s) as %s', (word, language, concept) => {
    expect(conceptOf(fold(word), language)).toBe(concept);
  });

  it('knows no words that are not in it', () => {
    expect(conceptOf('zebra', 'en')).toBeUndefined();
    expect(conceptOf('', 'es')).toBeUndefined();
  });

  it('says a concept in either language, and which are related', () => {
    expect([sayConcept('status', 'en'), sayConcept('status', 'es')]).toEqual(['status', 'estado']);
    expect(areNeighbours('outage', 'broken')).toBe(true);
    expect(areNeighbours('outage', 'loan')).toBe(false);
  });
});

describe('featuresOf', () => {
  const keys = (text: string, language: 'en' | 'es' = 'en') =>
    featuresOf(text, language).map(({ key }) => key);

  it('leaves out function words and bare numbers, and joins phrases', () => {
    expect(keys('Could you look up the 3 invoices?')).toEqual(['find', 'bill']);
  });

  it('gives both languages the same keys', () => {
    expect(keys('estado de la línea', 'es')).toEqual(keys('status line'));
  });

  it('reads a verb that a value has parted', () => {
    expect(keys('knock      off the bill')).toContain('discount');
    expect(keys('back off')).not.toContain('discount');
  });
});

describe('n-grams', () => {
  it('find words alike in spite of a typing error', () => {
    const alike = dice(trigramsOf('balance'), trigramsOf('balanse'));
    expect(alike).toBeGreaterThan(dice(trigramsOf('balance'), trigramsOf('finance')));
    expect(dice(trigramsOf(''), trigramsOf(''))).toBe(0);
  });

  it('compare bags by the cosine of their weights', () => {
    expect(cosine(new Map([['a', 1]]), new Map([['a', 5]]))).toBeCloseTo(1);
    expect(cosine(new Map([['a', 1]]), new Map([['b', 1]]))).toBe(0);
  });
});
