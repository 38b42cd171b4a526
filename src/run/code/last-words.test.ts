import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { lastWords } from './last-words.ts';

/** A process that says this, and what was logged of it. */
async function listenTo(said: { stdout?: (string | Buffer)[]; stderr?: (string | Buffer)[] }) {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const logged: string[] = [];
  const words = lastWords({ stdout, stderr }, (line) => logged.push(line));
  for (const [stream, chunks] of [
    [stdout, said.stdout ?? []],
    [stderr, said.stderr ?? []],
  ] as const) {
    const ended = new Promise((resolve) => stream.once('end', resolve));
    for (const chunk of chunks) stream.write(chunk);
    stream.end();
    await ended;
  }
  return { words, logged };
}

describe('the last words of a host', () => {
  it('are passed on line by line, however they come', async () => {
    const euro = Buffer.from('€');
    const { logged } = await listenTo({
      stdout: [
        'one\ntw',
        'o\r\n\n',
        Buffer.concat([Buffer.from('price: '), euro.subarray(0, 1)]),
        euro.subarray(1),
        '\nlast',
      ],
    });
    expect(logged).toEqual(['one', 'two', 'price: €', 'last']);
  });

  it('keep the beginning of a line that never ends', async () => {
    const { logged } = await listenTo({ stdout: Array.from({ length: 50 }, () => 'x'.repeat(100_000)) });
    expect(logged).toEqual(['x'.repeat(2_000)]);
  });

  it('tell a heap that was full', async () => {
    const { words } = await listenTo({
      stderr: [
        '<--- Last few GCs --->\n',
        'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n',
      ],
    });
    expect(words.explain(null, 'SIGABRT', 256)).toEqual({
      code: 'code_out_of_memory',
      message: expect.stringContaining('more than the 256 MB'),
    });
  });

  it('tell an exception, and how the process ended', async () => {
    const { words } = await listenTo({
      stderr: ['file:///bundle.mjs:7\n', 'TypeError: x is not a function\n', '    at run\n'],
    });
    expect(words.explain(1, null, 256)).toEqual({
      code: 'code_host_died',
      message: expect.stringMatching(/ended with code 1 \(TypeError: x is not a function\)\..*process\.exit/),
    });
  });

  it('tell a signal, where nothing was said', async () => {
    const { words } = await listenTo({});
    expect(words.explain(null, 'SIGKILL', 256).message).toContain('was ended by SIGKILL.');
  });

  it('are the last ones: an error that is twenty lines old is no reason any more', async () => {
    const { words } = await listenTo({ stdout: ['Error: long ago\n', 'going on\n'.repeat(20)] });
    expect(words.explain(1, null, 256).message).not.toContain('long ago');
  });
});
