/**
 * Where to connect, and what to ask of the server at the start of the session: the address's own `options` first,
 * ours behind them, so that of a setting that both name ours holds. Given beside an address that has `options`, ours
 * alone would be ignored by the driver.
 *
 * @param ours as PostgreSQL's command line takes it
 * @example
 * new pg.Client(withStartupOptions('postgres://db/bulkhead?options=-c%20work_mem%3D8MB', '-c role=bulkhead_api'));
 * // options: '-c work_mem=8MB -c role=bulkhead_api'
 */
export function withStartupOptions(url: string, ours: string): { connectionString: string; options: string } {
  const [address = ''] = url.split('#', 1);
  const query = address.indexOf('?');
  if (query === -1) return { connectionString: url, options: ours };
  const parameters = new URLSearchParams(address.slice(query + 1));
  const theirs = parameters.getAll('options').at(-1);
  if (theirs === undefined) return { connectionString: url, options: ours };
  parameters.delete('options');
  return { connectionString: `${address.slice(0, query)}?${parameters}`, options: `${theirs} ${ours}` };
}
