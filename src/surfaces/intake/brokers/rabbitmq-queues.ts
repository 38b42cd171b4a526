import type { ChannelModel } from 'amqplib';

const NOT_FOUND = 404;

/**
 * Makes the queues that are not there, durable. One that is there is left as its operator made it: declaring it
 * with other properties would be an error.
 */
export async function declareQueues(model: ChannelModel, names: readonly string[]): Promise<void> {
  for (const name of names) {
    if (await exists(model, name)) continue;
    const channel = await model.createChannel();
    await channel.assertQueue(name, { durable: true });
    await channel.close();
  }
}

async function exists(model: ChannelModel, name: string): Promise<boolean> {
  // Asking for a queue that is not there ends the channel.
  const channel = await model.createChannel();
  channel.on('error', () => {});
  try {
    await channel.checkQueue(name);
  } catch (error) {
    if ((error as { code?: unknown }).code === NOT_FOUND) return false;
    throw error;
  }
  await channel.close();
  return true;
}
