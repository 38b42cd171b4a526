import { Pool } from 'undici';

/** One way to the model, as a client sees it. */
export type Way = {
  name: string;
  /** Up to and with the host. */
  origin: string;
  path: string;
  headers: Record<string, string>;
  model: string;
  /** Of the process that stands between; absent where none does. */
  pid?: number;
};

/** Another question each time: nothing answers from a cache. */
function bodyOf({ model }: Way, number: number): string {
  return JSON.stringify({
    model,
    messages: [
      { role: 'system', content: 'You answer questions about telephone lines, briefly.' },
      { role: 'user', content: `Is the line of account ${number} up?` },
    ],
    max_tokens: 200,
  });
}

let asked = 0;

/** Asks as often, with so many requests under way, and says how long each took. Milliseconds. */
export async function drive(way: Way, requests: number, inFlight: number): Promise<number[]> {
  const pool = new Pool(way.origin, { connections: inFlight, pipelining: 1 });
  const times: number[] = [];
  let left = requests;
  const lane = async () => {
    while (left > 0) {
      left -= 1;
      asked += 1;
      const body = bodyOf(way, asked);
      const started = performance.now();
      const answer = await pool.request({
        method: 'POST',
        path: way.path,
        headers: { 'content-type': 'application/json', ...way.headers },
        body,
      });
      const text = await answer.body.text();
      times.push(performance.now() - started);
      if (answer.statusCode !== 200 || !text.includes('four days')) {
        throw new Error(`${way.name} answered ${answer.statusCode}: ${text.slice(0, 500)}`);
      }
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  await pool.close();
  return times;
}
