/** A process of its own that asks for the lock of a data folder, tells its parent the answer, and stays. */
import { BulkheadError } from '../../../../contract/errors.ts';
import { lockHome } from '../lock-home.ts';

const [home = ''] = process.argv.slice(2);
try {
  await lockHome(home);
  process.send?.('held');
} catch (error) {
  process.send?.(BulkheadError.isInstance(error) ? error.code : String(error));
}
setInterval(() => undefined, 1000);
