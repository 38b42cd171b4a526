/** Of a normal distribution: 95 % lie below. */
const Z = 1.6449;

/**
 * The Wilson score interval of a share, at 90 % (95 % on each side).
 * Source: E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", JASA 22, 1927.
 *
 * @returns `{ low: 0, high: 1 }` when nothing was counted
 * @example
 * wrongShare(0, 300); // { low: 0, high: 0.0089… }
 */
export function wrongShare(wrong: number, judged: number): { low: number; high: number } {
  if (judged === 0) return { low: 0, high: 1 };
  const share = wrong / judged;
  const square = (Z * Z) / judged;
  const middle = share + square / 2;
  const reach = Z * Math.sqrt((share * (1 - share)) / judged + square / (4 * judged));
  return {
    low: wrong === 0 ? 0 : Math.max(0, (middle - reach) / (1 + square)),
    high: wrong === judged ? 1 : Math.min(1, (middle + reach) / (1 + square)),
  };
}
