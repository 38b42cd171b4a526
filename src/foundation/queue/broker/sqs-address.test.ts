import { describe, expect, it } from 'vitest';
import { parseSqsAddress } from './sqs-address.ts';

describe('the address of an SQS queue', () => {
  it.each([
    ['sqs://Bells?region=eu-west-1', { queue: 'Bells', region: 'eu-west-1' }],
    ['sqs://bells.fifo', { queue: 'bells.fifo', region: 'us-west-2' }],
    ['sqs:', { region: 'us-west-2' }],
    [
      'sqs://?endpoint=http%3A%2F%2F127.0.0.1%3A9324',
      { region: 'us-west-2', endpoint: 'http://127.0.0.1:9324' },
    ],
    [
      'https://sqs.eu-central-1.amazonaws.com/123456789012/bells',
      { queue: 'https://sqs.eu-central-1.amazonaws.com/123456789012/bells', region: 'eu-central-1' },
    ],
    [
      'http://127.0.0.1:9324/000000000000/bells',
      {
        queue: 'http://127.0.0.1:9324/000000000000/bells',
        region: 'us-west-2',
        endpoint: 'http://127.0.0.1:9324',
      },
    ],
  ])('%s', (address, parsed) => {
    expect(parseSqsAddress(address, { AWS_REGION: 'us-west-2' })).toEqual(parsed);
  });

  it.each([
    ['its region is not known', 'sqs://bells'],
    ['it holds credentials', 'sqs://key:secret@bells?region=eu-west-1'],
    ['it is no URL', 'bells'],
  ])('is refused because %s', (reason, address) => {
    expect(() => parseSqsAddress(address, {})).toThrow(
      expect.objectContaining({ code: 'invalid_broker_address', message: expect.stringContaining(reason) }),
    );
  });
});
