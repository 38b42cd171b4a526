import { describe, expect, it } from 'vitest';
import { apiPort, homeFolder, isDebugging } from './settings.ts';

describe('the data folder', () => {
  it('is .bulkhead in the current folder, or what BULKHEAD_HOME says', () => {
    expect(homeFolder({}, '/code/desk')).toBe('/code/desk/.bulkhead');
    expect(homeFolder({ BULKHEAD_HOME: '' }, '/code')).toBe('/code/.bulkhead');
    expect(homeFolder({ BULKHEAD_HOME: 'data' }, '/code')).toBe('/code/data');
    expect(homeFolder({ BULKHEAD_HOME: '/srv/data' }, '/code')).toBe('/srv/data');
  });
});

describe('the port', () => {
  it('is what the command line says, else what BULKHEAD_PORT says, else 7460', () => {
    expect(apiPort({})).toBe(7460);
    expect(apiPort({ BULKHEAD_PORT: '' })).toBe(7460);
    expect(apiPort({ BULKHEAD_PORT: '8080' })).toBe(8080);
    expect(apiPort({ BULKHEAD_PORT: '8080' }, '0')).toBe(0);
  });

  it.each(['http', '-1', '65536', '80.5', ' '])('is not %j', (given) => {
    expect(() => apiPort({ BULKHEAD_PORT: given })).toThrow('set BULKHEAD_PORT to a whole number');
    expect(() => apiPort({}, given)).toThrow('give --port a whole number');
  });
});

it('shows stacks only with BULKHEAD_DEBUG=1', () => {
  expect(isDebugging({})).toBe(false);
  expect(isDebugging({ BULKHEAD_DEBUG: '1' })).toBe(true);
});
