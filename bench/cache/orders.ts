import { seededRandom } from '../../test/chaos/storm/seeded-random.ts';
import type { Stream } from './stream.ts';

/** Questions of a stream at most. */
const LENGTH = 3_400;

/**
 * So many questions in several random orders, by seeds, each cut into streams: the same on every machine. Which of two
 * questions comes first decides much of what a cache can answer, so one order says little.
 */
export function ordersOf(count: number, orders: number): Stream[][] {
  return Array.from({ length: orders }, (_, seed) => {
    const order = shuffled(count, seed + 1);
    const streams: Stream[] = [];
    for (let from = 0; from < count; from += LENGTH) streams.push(order.slice(from, from + LENGTH));
    return streams;
  });
}

/** Fisher and Yates. */
function shuffled(count: number, seed: number): number[] {
  const random = seededRandom(seed);
  const order = Array.from({ length: count }, (_, place) => place);
  for (let at = count - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    [order[at], order[other]] = [order[other] ?? 0, order[at] ?? 0];
  }
  return order;
}
