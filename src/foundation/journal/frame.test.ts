import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { dataKeyFrom } from '../vault/index.ts';
import {
  decodeFrame,
  encodeFrame,
  type FrameRow,
  GENESIS,
  hashFrame,
  type Stream,
  verifyChain,
} from './frame.ts';
import { fact, stamped } from './testing/entries.ts';

const stream: Stream = {
  class: 'standard',
  id: '01990000-0000-7000-8000-000000000001',
  tenant: 'acme',
  key: dataKeyFrom(randomBytes(32)),
};
const claimed = stamped({ meta: { kind: 'run.claimed', epoch: 7, worker: 'w' } });

function chain(length: number): FrameRow[] {
  const rows: FrameRow[] = [];
  for (let frame = 0; frame < length; frame += 1) {
    const previous = rows.at(-1)?.hash ?? GENESIS;
    rows.push(encodeFrame(stream, { frame, previous, epoch: 7 }, [stamped(fact(`memo:${frame}#1`))]));
  }
  return rows;
}

/** The same rows, one of them changed. */
function changed(rows: FrameRow[], frame: number, change: Partial<FrameRow>): FrameRow[] {
  return rows.map((row) => (row.frame === frame ? { ...row, ...change } : row));
}

const broken = (frame: number) =>
  expect.objectContaining({ code: 'journal_broken', message: expect.stringContaining(`frame ${frame}`) });
const thrown = (work: () => unknown) => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

describe('a frame', () => {
  it('gives back the entries that went into it, in order', () => {
    const entries = [claimed, stamped(fact('memo:a#1')), stamped(fact('memo:b#1'))];
    expect(
      decodeFrame(encodeFrame(stream, { frame: 0, previous: GENESIS, epoch: 7 }, entries), stream.key),
    ).toEqual(entries);
  });

  it('keeps facts readable and content sealed', () => {
    const row = encodeFrame(stream, { frame: 0, previous: GENESIS, epoch: 7 }, [stamped(fact('memo:a#1'))]);
    expect(row.meta).toContain('memo:a#1');
    expect(row.meta).not.toContain('what memo:a#1 gave');
    expect(row.bodies?.includes('what memo:a#1 gave')).toBe(false);
  });

  it('without content holds nothing sealed', () => {
    expect(encodeFrame(stream, { frame: 0, previous: GENESIS, epoch: 7 }, [claimed]).bodies).toBeNull();
  });

  it.each([
    ['at another number', { frame: 1 }],
    ['in another stream', { stream: '01990000-0000-7000-8000-000000000002' }],
    ['of another tenant', { tenant: 'other' }],
    ['in another retention class', { class: 'permanent' }],
  ])('is not opened %s', (_, moved) => {
    const row = encodeFrame(stream, { frame: 0, previous: GENESIS, epoch: 7 }, [stamped(fact('memo:a#1'))]);
    expect(() => decodeFrame({ ...row, ...moved }, stream.key)).toThrow(
      expect.objectContaining({ code: 'seal_broken' }),
    );
  });
});

describe('the hash of a frame', () => {
  const row = encodeFrame(stream, { frame: 3, previous: GENESIS, epoch: 7 }, [stamped(fact('memo:a#1'))]);
  const changes: [keyof FrameRow, Partial<FrameRow>][] = [
    ['class', { class: 'permanent' }],
    ['stream', { stream: '01990000-0000-7000-8000-000000000002' }],
    ['frame', { frame: 4 }],
    ['tenant', { tenant: 'other' }],
    ['epoch', { epoch: 8 }],
    ['previous', { previous: Buffer.alloc(32, 1) }],
    ['meta', { meta: row.meta.replace('ok', 'no') }],
    ['bodies', { bodies: Buffer.concat([row.bodies ?? Buffer.alloc(0), Buffer.of(0)]) }],
  ];

  it.each(changes)('covers its %s', (_, change) => {
    expect(hashFrame({ ...row, ...change })).not.toEqual(row.hash);
  });

  it('does not let a field lend its end to the next', () => {
    const one = hashFrame({ ...row, class: 'ab', stream: 'c' });
    const other = hashFrame({ ...row, class: 'a', stream: 'bc' });
    expect(one).not.toEqual(other);
  });

  it('differs for the same entries of the same owner: nobody can take the frame of another write for his own', () => {
    const position = { frame: 0, previous: GENESIS, epoch: 7 };
    const entries = [stamped(fact('memo:a#1'))];
    expect(encodeFrame(stream, position, entries).hash).not.toEqual(
      encodeFrame(stream, position, entries).hash,
    );
  });
});

describe('a chain of frames', () => {
  it('that is whole is accepted, and so is an empty one', () => {
    expect(() => verifyChain(chain(4))).not.toThrow();
    expect(() => verifyChain([])).not.toThrow();
  });

  it('is accepted without any key, so that erased content breaks no proof', () => {
    const rows = chain(2);
    expect(thrown(() => decodeFrame(rows[0] as FrameRow, dataKeyFrom(randomBytes(32))))).toMatchObject({
      code: 'seal_broken',
    });
    expect(() => verifyChain(rows)).not.toThrow();
  });

  it.each([
    ['the first', 0],
    ['one in the middle', 2],
  ])('is refused when %s is missing', (_, missing) => {
    expect(thrown(() => verifyChain(chain(4).filter(({ frame }) => frame !== missing)))).toEqual(
      broken(missing),
    );
  });

  it('is refused when a fact or a sealed byte was changed', () => {
    const rows = chain(4);
    const meta = rows[1]?.meta.replace('"ok"', '"error"') ?? '';
    expect(thrown(() => verifyChain(changed(rows, 1, { meta })))).toEqual(broken(1));
    const bodies = Buffer.from(rows[2]?.bodies ?? []);
    bodies[20] = (bodies[20] ?? 0) ^ 1;
    expect(thrown(() => verifyChain(changed(rows, 2, { bodies })))).toEqual(broken(2));
  });

  it('is refused behind a frame that was forged with a hash of its own', () => {
    const rows = chain(4);
    const forged = encodeFrame(stream, { frame: 1, previous: rows[0]?.hash ?? GENESIS, epoch: 7 }, [claimed]);
    expect(thrown(() => verifyChain(changed(rows, 1, forged)))).toEqual(broken(2));
  });
});
