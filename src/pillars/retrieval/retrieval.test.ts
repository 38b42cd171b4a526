import { describe, expect, it } from 'vitest';
import { Bm25Index, rankPassages } from './index.ts';
import { termsOf } from './terms.ts';

describe('the terms of a text', () => {
  it('are its words without case, accents and plural', () => {
    expect(termsOf('Cafés: 3 ORDERS, across')).toEqual(['cafe', '3', 'order', 'across']);
  });

  it('are pairs of characters where words are not set apart', () => {
    expect(termsOf('包裹已到')).toEqual(['包裹', '裹已', '已到']);
    expect(termsOf('好 ok')).toEqual(['好', 'ok']);
  });
});

describe('a search', () => {
  const index = new Bm25Index();
  index.add('parcel', 'My parcel to Quito is lost, and the parcel before it was late.');
  index.add(
    'invoice',
    'The invoice of March is wrong. It names a parcel that I never had, and much else besides.',
  );
  index.add('weather', 'How is the weather?');

  it('finds what is about the words, best first, and nothing that shares none', () => {
    expect(index.search('lost parcels', 5).map(({ id }) => id)).toEqual(['parcel', 'invoice']);
    expect(index.search('lost parcels', 1)).toHaveLength(1);
    expect(index.search('zebra', 5)).toEqual([]);
    expect(index.search('', 5)).toEqual([]);
  });

  it('leaves out what is not accepted', () => {
    expect(index.search('parcel', 5, (id) => id !== 'parcel').map(({ id }) => id)).toEqual(['invoice']);
  });

  it('gives rare words the weight, and none to those that stand everywhere', () => {
    const many = new Bm25Index();
    for (let turn = 0; turn < 40; turn += 1) many.add(`${turn}`, `What is the status of order ${turn}?`);
    many.add('dog', 'What is my dog called? Rex.');
    expect(many.search('What is the name of my dog?', 3)[0]?.id).toBe('dog');
    expect(many.search('What is the?', 3)).toEqual([]);
  });

  it('keeps a text as it was first added', () => {
    const once = new Bm25Index();
    once.add('a', 'red');
    once.add('a', 'blue');
    expect(once.search('blue', 1)).toEqual([]);
    expect(once.search('red', 1)).toHaveLength(1);
  });

  it('ranks the passages of one text', () => {
    const [invoice, parcel] = rankPassages('parcel', ['The invoice.', 'The parcel.']);
    expect(invoice).toBe(0);
    expect(parcel).toBeGreaterThan(0);
    expect(rankPassages('x', [])).toEqual([]);
  });
});
