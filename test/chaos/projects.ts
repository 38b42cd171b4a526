/** Projects that the scenarios deploy. `SERVICE` becomes the origin of the world's service. */

const HEAD = `
import { agent, tool, workflow } from 'bulkhead';
import { z } from 'zod';

const call = async (name, input, { fetch, idempotencyKey }) => {
  const response = await fetch('SERVICE/effects/' + name, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
    body: JSON.stringify(input),
  });
  if (!response.ok) throw new Error(name + ' answered ' + response.status);
  return (await response.json()).input;
};
const order = z.object({ order: z.string() });
`;

/** One project out of several: what they have in common stands in it once. */
export function together(...projects: string[]): string {
  return HEAD + projects.map((project) => project.slice(HEAD.length)).join('');
}

/** One workflow that does everything that a workflow can do. What it sends by chance shows that it was recorded. */
export const JOURNEY = `${HEAD}
const note = z.object({ order: z.string(), side: z.string(), stamp: z.unknown() });
const look = tool({
  description: 'Looks up an order', inputSchema: order, effect: 'read', network: ['SERVICE'],
  execute: (input, context) => call('look', input, context),
});
const post = tool({
  description: 'Posts a note', inputSchema: note, effect: 'write', idempotent: true, network: ['SERVICE'],
  execute: (input, context) => call('post', input, context),
});
const pay = tool({
  description: 'Pays', inputSchema: order, effect: 'write', idempotent: true, network: ['SERVICE'],
  execute: (input, context) => call('pay', input, context),
});

export const errand = workflow({
  name: 'errand', description: 'An errand', inputSchema: order, tools: { post },
  policy: { effects: ['read', 'write'] }, toolApproval: { post: 'approved' },
  run: async ({ order }, context) => {
    const stamp = await context.random();
    const { side } = await context.tools.post({ order, side: 'errand', stamp });
    return side;
  },
});

export const journey = workflow({
  name: 'journey', description: 'A journey', inputSchema: order, model: 'openai/gpt-5-mini', tools: { look, post, pay },
  policy: { effects: ['read', 'write'] },
  toolApproval: { post: 'approved', pay: 'user-approval' },
  run: async ({ order }, context) => {
    const stamp = {
      memo: await context.memo('coin', () => Math.random()),
      now: await context.now(),
      random: await context.random(),
      uuid: await context.uuid(),
    };
    const found = await context.tools.look({ order });
    const posted = await context.all({
      left: async (branch) => (await branch.tools.post({ order, side: 'left', stamp })).side,
      right: async (branch) => {
        const coin = await branch.memo('coin', () => Math.random());
        return (await branch.tools.post({ order, side: 'right', stamp: coin })).side;
      },
    });
    const { text } = await context.generate({ prompt: 'Say yes.' });
    await context.sleep(50);
    const errands = await context.run(errand, { order });
    const { decision } = await context.review({ title: 'Go on?' });
    const paid = await context.tools.pay({ order });
    return { found: found.order, posted, text, errands, decision, paid: paid.order };
  },
});
`;

/** A payment that must not be made twice: nobody else sees to that. */
export const TRANSFER = `${HEAD}
const send = tool({
  description: 'Sends money', inputSchema: order, effect: 'write', network: ['SERVICE'],
  execute: (input, context) => call('send', input, context),
});
export const transfer = workflow({
  name: 'transfer', description: 'A transfer', inputSchema: order, tools: { send },
  policy: { effects: ['read', 'write'] }, toolApproval: { send: 'approved' },
  run: async ({ order }, context) => {
    try {
      return { sent: await context.tools.send({ order }) };
    } catch (error) {
      return { failed: error.code };
    }
  },
});
`;

/** Bookings that are undone when the trip is cancelled. Undoing the ticket must not happen twice. */
export const TRIP = `${HEAD}
const bookable = (name, idempotent) => tool({
  description: 'Books a ' + name, inputSchema: order, effect: 'write', idempotent, network: ['SERVICE'],
  execute: (input, context) => call('book-' + name, input, context),
  compensate: (input, output, context) => call('undo-' + name, input, context),
});
const flight = bookable('flight', true);
const hotel = bookable('hotel', true);
const ticket = bookable('ticket', false);
const declared = { inputSchema: order, policy: { effects: ['read', 'write'] } };
export const trip = workflow({
  ...declared, name: 'trip', description: 'A trip', tools: { flight, hotel },
  toolApproval: { flight: 'approved', hotel: 'approved' },
  run: async ({ order }, context) => {
    await context.tools.flight({ order });
    await context.tools.hotel({ order });
    await context.sleep('1h');
  },
});
export const concert = workflow({
  ...declared, name: 'concert', description: 'A concert', tools: { ticket }, toolApproval: { ticket: 'approved' },
  run: async ({ order }, context) => {
    await context.tools.ticket({ order });
    await context.sleep('1h');
  },
});
`;

/** Calls that take their time: `linger` a moment, `hang` until it is interrupted, the first time that it has its effect. */
export const SLOW = `${HEAD}
const at = async (name, input, { fetch, idempotencyKey }) => {
  const response = await fetch('SERVICE/effects/' + name, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
    body: JSON.stringify(input),
  });
  return response.status;
};
const linger = tool({
  description: 'Lingers', inputSchema: order, effect: 'write', network: ['SERVICE'],
  execute: async (input, context) => {
    await at('linger', input, context);
    await new Promise((resolve) => setTimeout(resolve, 500));
    return input.order;
  },
});
const hang = tool({
  description: 'Hangs', inputSchema: order, effect: 'write', idempotent: true, network: ['SERVICE'],
  execute: async (input, context) => {
    const status = await at('hang', input, context);
    if (status === 201) await new Promise((resolve) => context.abortSignal.addEventListener('abort', resolve));
    return input.order;
  },
});
const declared = { inputSchema: order, policy: { effects: ['read', 'write'] } };
export const lingering = workflow({
  ...declared, name: 'lingering', description: 'Lingers', tools: { linger }, toolApproval: { linger: 'approved' },
  run: ({ order }, context) => context.tools.linger({ order }),
});
export const hanging = workflow({
  ...declared, name: 'hanging', description: 'Hangs', tools: { hang }, toolApproval: { hang: 'approved' },
  run: async ({ order }, context) => {
    const done = await context.tools.hang({ order });
    await context.sleep('1s');
    return done;
  },
});
`;

/** A relay of runs: each posts once and hands on. The team waits for the last of them. */
export const RELAY = `${HEAD}
const lap = z.object({ order: z.string(), laps: z.number() });
const post = tool({
  description: 'Posts a note', inputSchema: z.object({ order: z.string(), side: z.string() }),
  effect: 'write', idempotent: true, network: ['SERVICE'],
  execute: (input, context) => call('post', input, context),
});
export const relay = workflow({
  name: 'relay', description: 'A lap', inputSchema: lap, tools: { post }, budget: { toolCallsPerTurn: 5_000 },
  policy: { effects: ['read', 'write'] }, toolApproval: { post: 'approved' },
  run: async ({ order, laps }, context) => {
    await context.tools.post({ order, side: 'lap ' + laps });
    if (laps === 0) return { order, arrived: true };
    await context.sleep(20);
    return context.continueAsNew({ order, laps: laps - 1 });
  },
});
export const team = workflow({
  name: 'team', description: 'A team', inputSchema: lap, budget: { toolCallsPerTurn: 5_000 },
  run: (input, context) => context.run(relay, input),
});
`;

/** What a schedule starts. */
export const CHIME = `${HEAD}
const ring = tool({
  description: 'Rings', inputSchema: order, effect: 'write', idempotent: true, network: ['SERVICE'],
  execute: (input, context) => call('ring', input, context),
});
export const chime = workflow({
  name: 'chime', description: 'Chimes', inputSchema: order, tools: { ring },
  policy: { effects: ['read', 'write'] }, toolApproval: { ring: 'approved' },
  run: ({ order }, context) => context.tools.ring({ order }),
});
`;

/** Four payments one after the other, each of which takes its time and must not be made twice: nobody else sees to that. */
export const INSTALMENTS = `${HEAD}
const instalment = tool({
  description: 'Pays a part', inputSchema: order.extend({ side: z.string() }), effect: 'write', network: ['SERVICE'],
  execute: async (input, context) => {
    const paid = await call('instalment', input, context);
    await new Promise((resolve) => setTimeout(resolve, 400));
    return paid;
  },
});
export const instalments = workflow({
  name: 'instalments', description: 'Pays in parts', inputSchema: order, tools: { instalment },
  policy: { effects: ['read', 'write'] }, toolApproval: { instalment: 'approved' },
  run: async ({ order }, context) => {
    const paid = [];
    for (const side of ['1', '2', '3', '4']) paid.push((await context.tools.instalment({ order, side })).side);
    return paid;
  },
});
`;

/** Two effects that can be undone, and a tool that waits until it is told to stop and remembers when that was. */
export const WATCHFUL = `${HEAD}
const undoable = (name) => tool({
  description: 'Does what can be undone', inputSchema: order, effect: 'write', idempotent: true, network: ['SERVICE'],
  execute: (input, context) => call(name, input, context),
  compensate: (input, output, context) => call('un' + name, input, context),
});
const reserve = undoable('reserve');
const charge = undoable('charge');
const heardAt = {};
const watch = tool({
  description: 'Waits until it is told to stop', inputSchema: order, effect: 'read', network: ['SERVICE'],
  execute: async (input, context) => {
    const heard = new Promise((_, reject) =>
      context.abortSignal.addEventListener('abort', () => {
        heardAt[input.order] = Date.now();
        reject(context.abortSignal.reason);
      }),
    );
    await Promise.race([heard, call('watch', input, context)]);
    return heard;
  },
});
export const watchful = workflow({
  name: 'watchful', description: 'Watches', inputSchema: order, tools: { reserve, charge, watch },
  policy: { effects: ['read', 'write'] }, toolApproval: { reserve: 'approved', charge: 'approved' },
  run: async ({ order }, context) => {
    await context.tools.reserve({ order });
    await context.tools.charge({ order });
    return context.tools.watch({ order });
  },
});
export const heard = workflow({
  name: 'heard', description: 'Says when', inputSchema: z.object({}), run: async () => heardAt,
});
`;
