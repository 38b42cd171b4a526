import { expect, it, vi } from 'vitest';
import { RunNews } from './run-news.ts';

it('says what a run says to whoever listens to it, and that somebody does', () => {
  const news = new RunNews();
  const onDelta = vi.fn();
  const onEnd = vi.fn();
  const stop = news.hear('r', { onDelta, onEnd, onLeft: () => {} });
  expect([news.isHeard('r'), news.isHeard('other')]).toEqual([true, false]);
  news.say('r', { key: 'model#1', attempt: 1, text: 'Hello.' });
  news.end('r', { status: 'succeeded' });
  expect(onDelta).toHaveBeenCalledExactlyOnceWith({ key: 'model#1', attempt: 1, text: 'Hello.' });
  expect(onEnd).toHaveBeenCalledExactlyOnceWith({ status: 'succeeded' });
  stop();
  expect(news.isHeard('r')).toBe(false);
});

it('does not take one who waits for the end alone for one who hears the text: it has to reach others then', () => {
  const news = new RunNews();
  const onEnd = vi.fn();
  news.hear('r', { onEnd });
  expect(news.isHeard('r')).toBe(false);
  news.say('r', { key: 'model#1', attempt: 1, text: 'Hello.' });
  news.left('r');
  news.end('r', { status: 'failed' });
  expect(onEnd).toHaveBeenCalledOnce();
});
