import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';

/** Length and version of the protocol stand before the parameters of a session's first message. */
const HEADER_BYTES = 8;

export type DeafPooler = {
  /** The database's address through the pooler. */
  url: string;
  close(): void;
};

/** A pooler that passes everything on but startup options, as PgBouncer does that is told to ignore them. */
export async function startDeafPooler(databaseUrl: string): Promise<DeafPooler> {
  const target = new URL(databaseUrl);
  const server = createServer((client) => {
    const database = connect(Number(target.port || 5432), target.hostname);
    for (const [one, other] of [
      [client, database],
      [database, client],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
    client.once('data', (startup) => {
      database.write(withoutOptions(startup as Buffer));
      client.pipe(database);
      database.pipe(client);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  return { url: url.href, close: () => server.close() };
}

function withoutOptions(startup: Buffer): Buffer {
  const words = startup.subarray(HEADER_BYTES).toString().split('\0');
  const kept = words.flatMap((word, index) => {
    const name = index % 2 === 0 ? word : words[index - 1];
    return name === 'options' ? [] : [word];
  });
  const message = Buffer.concat([startup.subarray(0, HEADER_BYTES), Buffer.from(kept.join('\0'))]);
  message.writeUInt32BE(message.length);
  return message;
}
