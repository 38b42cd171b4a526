/** Halvings: far finer than anything that is shown. */
const HALVINGS = 60;

/**
 * The share that lies above the true one with 95 % certainty, when so many of a count were wrong: the one-sided bound
 * of Clopper and Pearson, the share at which so few would be wrong once in twenty times.
 * Source: C. Clopper, E. Pearson, "The Use of Confidence or Fiducial Limits", Biometrika 26, 1934.
 *
 * @example
 * upperBound(0, 299); // 0.00997
 */
export function upperBound(wrong: number, count: number): number {
  if (wrong >= count) return 1;
  let [low, high] = [0, 1];
  for (let time = 0; time < HALVINGS; time += 1) {
    const share = (low + high) / 2;
    if (atMost(wrong, count, share) > 0.05) low = share;
    else high = share;
  }
  return high;
}

/** How probable it is that at most so many of a count are wrong, when this share of all is. */
function atMost(wrong: number, count: number, share: number): number {
  let term = count * Math.log1p(-share);
  let sum = Math.exp(term);
  for (let one = 1; one <= wrong; one += 1) {
    term += Math.log((count - one + 1) / one) + Math.log(share) - Math.log1p(-share);
    sum += Math.exp(term);
  }
  return sum;
}
