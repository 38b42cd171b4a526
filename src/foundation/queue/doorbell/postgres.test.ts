import { createTestDatabase } from '../../../../test/database/index.ts';
import { openDoorbell } from './index.ts';
import { describeDoorbell } from './testing/doorbell-conformance.ts';

describeDoorbell('a doorbell over PostgreSQL', {
  fanOut: true,
  async start() {
    const database = await createTestDatabase();
    return {
      address: database.url,
      open: (through) => openDoorbell(undefined, { url: through(database.url), log: () => {} }),
      stop: () => database.drop(),
    };
  },
});
