import { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import { withStartupOptions } from './startup-options.ts';

const OURS = '-c role=bulkhead_api';

describe('startup options', () => {
  it.each([
    ['postgres://ada@db/app', OURS],
    ['postgres://ada@db/app?sslmode=disable', OURS],
    ['postgres://ada@db/app?options=-c%20work_mem%3D8MB', `-c work_mem=8MB ${OURS}`],
    ['postgres://ada@db/app?options=-c+work_mem%3D8MB&application_name=x', `-c work_mem=8MB ${OURS}`],
    ['postgres://ada@db/app?options=-cwork_mem=8MB#part', `-cwork_mem=8MB ${OURS}`],
    ['postgres://ada@/app?host=/run/pg&options=-c%20a%3Db', `-c a=b ${OURS}`],
    ['postgres://db/app?options=-c%20a%3Db&options=-c%20c%3Dd', `-c c=d ${OURS}`],
    ['socket:/run/pg?db=app&options=-c%20a%3Db', `-c a=b ${OURS}`],
    ['/run/pg app', OURS],
  ])('of %s reach the server with ours behind them', (url, options) => {
    // What the driver makes of it, which gives the address the last word.
    expect(new Client(withStartupOptions(url, OURS))).toMatchObject({ connectionParameters: { options } });
  });

  it('leave the rest of the address as it was', () => {
    const url = 'postgres://ada:p%3Fq@db:1/app?application_name=a%20b&options=-c%20a%3Db&host=%2Frun%2Fpg';
    const client = new Client(withStartupOptions(url, OURS));
    expect(client).toMatchObject({
      user: 'ada',
      password: 'p?q',
      host: '/run/pg',
      port: 1,
      database: 'app',
      connectionParameters: { application_name: 'a b' },
    });
  });
});
