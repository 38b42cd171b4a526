import { BulkheadError } from '../../../contract/errors.ts';

/** Where SQS is, and perhaps which queue of it. */
export type SqsAddress = {
  /** A queue's name, or its URL. Absent where the address names the service alone. */
  queue?: string;
  region: string;
  /** Of a server that is not Amazon's. */
  endpoint?: string;
};

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads `sqs://<queue>?region=…&endpoint=…`, or the URL of a queue. The region may also come from
 * `AWS_REGION` or `AWS_DEFAULT_REGION`; credentials are the AWS environment's alone.
 *
 * @example
 * parseSqsAddress('sqs://bells?region=eu-west-1'); // { queue: 'bells', region: 'eu-west-1' }
 * parseSqsAddress('https://sqs.eu-west-1.amazonaws.com/123456789012/bells'); // the region is in the host
 * @throws BulkheadError `invalid_broker_address`
 */
export function parseSqsAddress(address: string, environment: Environment = process.env): SqsAddress {
  const url = URL.parse(address);
  if (url === null) throw invalid('it is no URL');
  if (url.username !== '' || url.password !== '') {
    throw invalid('it holds credentials, which belong into the AWS environment (AWS_ACCESS_KEY_ID, …)');
  }
  const fallback = environment.AWS_REGION || environment.AWS_DEFAULT_REGION;
  if (url.protocol === 'sqs:') {
    const region = url.searchParams.get('region') ?? fallback;
    if (region === undefined) throw invalid('its region is not known');
    const endpoint = url.searchParams.get('endpoint');
    // The host part of an unknown scheme keeps its capital letters, as names of queues must.
    const queue = decodeURIComponent(url.host);
    return { ...(queue === '' ? {} : { queue }), region, ...(endpoint === null ? {} : { endpoint }) };
  }
  const amazon = /^sqs(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws\.com|api\.aws)(?:\.cn)?$/.exec(
    url.hostname,
  )?.[1];
  if (amazon !== undefined) return { queue: address, region: amazon };
  return { queue: address, region: fallback ?? 'us-east-1', endpoint: url.origin };
}

function invalid(reason: string): BulkheadError {
  return new BulkheadError({
    code: 'invalid_broker_address',
    message: `The address of the SQS queue cannot be used: ${reason}. Write sqs://<queue>?region=eu-west-1, with &endpoint=http://… for a server that is not Amazon's, or the https URL of the queue.`,
  });
}
