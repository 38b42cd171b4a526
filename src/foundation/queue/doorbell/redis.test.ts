import { randomUUID } from 'node:crypto';
import { openDoorbell } from './index.ts';
import { describeDoorbell } from './testing/doorbell-conformance.ts';

const { TEST_REDIS_URL: url = '' } = process.env;

describeDoorbell('a doorbell over Redis', {
  skip: url === '' && 'TEST_REDIS_URL names no server',
  fanOut: true,
  async start() {
    const address = `${url}?channel=bulkhead_test_${randomUUID()}`;
    return {
      address,
      open: (through) => openDoorbell(through(address), { url: 'unused', log: () => {} }),
      stop: async () => {},
    };
  },
});
