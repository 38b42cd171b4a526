/** A supervisor in a process of its own: starts the database of a folder, tells its parent, and stays. */
import { BulkheadError } from '../../../../contract/errors.ts';
import { startEmbeddedPostgres } from '../start-embedded-postgres.ts';

const [home = '', durability] = process.argv.slice(2);
try {
  const { url, port, adopted, stop } = await startEmbeddedPostgres({
    home,
    durability: durability === 'off' ? 'off' : 'full',
  });
  process.send?.({ url, port, adopted });
  process.on('message', () => stop().then(() => process.exit()));
} catch (error) {
  process.send?.({ error: BulkheadError.isInstance(error) ? error.code : String(error) });
  process.exit(1);
}
