import { describe, expect, it } from 'vitest';
import { loadModelWindows, promptLimit, sizeCandidates } from './model-windows.ts';

describe('the window of a model', () => {
  it('is what the operator says, else what is listed, else safe for its provider', async () => {
    const windows = await loadModelWindows({
      declared: { 'openai-compatible/mine': 16_384, 'openai/gpt-4o': 4_096 },
    });
    expect(windows.of('openai-compatible/mine')).toBe(16_384);
    expect(windows.of('openai/gpt-4o')).toBe(4_096);
    expect(windows.of('openai/gpt-4')).toBe(8_192);
    expect(windows.of('openai/of-tomorrow')).toBe(128_000);
    expect(windows.of('anthropic/of-tomorrow')).toBe(200_000);
    expect(windows.of('ollama/gpt-4'), 'a name of another provider').toBe(32_768);
    expect(windows.of('local')).toBe(1_000_000);
  });
});

describe('the room of a prompt', () => {
  const windows = { of: (model: string) => (model === 'openai/small' ? 8_000 : 100_000) };

  it('leaves the answer its tokens, up to a quarter of the window', () => {
    expect(sizeCandidates([{ model: 'openai/small' }, { model: 'openai/large' }], windows)).toMatchObject([
      { window: 8_000, room: 6_000 },
      { window: 100_000, room: 95_904 },
    ]);
    expect(sizeCandidates([{ model: 'openai/large' }], windows, { output: 10_000 })).toMatchObject([
      { room: 90_000 },
    ]);
  });

  it('is less where the model’s tokens are not those that are counted', () => {
    const sized = sizeCandidates([{ model: 'anthropic/large' }], windows);
    expect(sized).toMatchObject([{ window: 85_000, room: 80_904 }]);
  });

  it('is that of the largest of an agent’s models, within its own limit', () => {
    const model = { small: 'openai/small', large: 'openai/large' };
    expect(promptLimit({ model }, windows, 'local')).toBe(95_904);
    expect(promptLimit({ model, window: { tokens: 16_384 } }, windows, 'local')).toBe(12_288);
  });
});
