import { createBackend } from './create-backend.ts';

const defaultPort = 7461;
const port = process.env.PORT === undefined ? defaultPort : Number(process.env.PORT);
const server = createBackend();

server.once('error', (error) => {
  console.error(JSON.stringify({ error: error.message }));
  process.exitCode = 1;
});
server.listen(port, '127.0.0.1', () => {
  const address = server.address();
  console.log(JSON.stringify({ listening: typeof address === 'object' ? address?.port : port }));
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => server.close());
