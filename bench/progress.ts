/** Says on the error stream what is measured now: a bench takes minutes. */
export function progress(what: string): void {
  console.error(`  … ${what}`);
}
