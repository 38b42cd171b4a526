/** Where the parts that speak to a broker say what happens to them. Facts, never content, never an address. */
export type BrokerLog = (
  level: 'info' | 'warn' | 'error',
  message: string,
  facts?: Record<string, unknown>,
) => void;
