import { z } from 'zod';
import { tool, workflow } from '../../src/index.ts';

const KILOBYTE = 'x'.repeat(1_000);

const note = tool({
  description: 'Notes a line',
  inputSchema: z.object({ line: z.string() }),
  effect: 'write',
  idempotent: true,
  execute: () => ({ noted: KILOBYTE }),
});

/** Ten steps that do nothing but return a kilobyte, as the peers' do. */
const memos = workflow({
  name: 'memos',
  inputSchema: z.object({}),
  run: async (_input, context) => {
    for (let step = 0; step < 10; step += 1) await context.memo('work', () => KILOBYTE);
    return 'done';
  },
});

/** Ten tools with a write-ahead entry each: nine of ten waits for the disk are theirs. */
const tools = workflow({
  name: 'tools',
  inputSchema: z.object({}),
  tools: { note },
  policy: { effects: ['read', 'write'] },
  run: async (_input, context) => {
    for (let step = 0; step < 10; step += 1) await context.tools.note({ line: 'x' });
    return 'done';
  },
});

/** Ten steps that return so many kilobytes each. */
const sized = workflow({
  name: 'sized',
  inputSchema: z.object({ kilobytes: z.number() }),
  run: async ({ kilobytes }, context) => {
    for (let step = 0; step < 10; step += 1) await context.memo('work', () => KILOBYTE.repeat(kilobytes));
    return 'done';
  },
});

/** Never ends by itself: beats every 10 ms, so that a takeover shows as a gap. */
const beating = workflow({
  name: 'beating',
  inputSchema: z.object({ beats: z.number() }),
  run: async ({ beats }, context) => {
    for (let beat = 0; beat < beats; beat += 1) {
      await context.memo('beat', () => new Promise((resolve) => setTimeout(() => resolve(Date.now()), 10)));
      console.log(JSON.stringify({ beat: Date.now(), pid: process.pid }));
    }
    return 'done';
  },
});

let greeted = (_at: number) => {};

/** Says when its first step is executed. */
const greeting = workflow({
  name: 'greeting',
  inputSchema: z.object({}),
  run: (_input, context) =>
    context.memo('greet', () => {
      greeted(performance.now());
      return 'hello';
    }),
});

/** Is told of the next greeting that is executed in this process, by `performance.now()`. */
export function onGreeting(listener: (at: number) => void): void {
  greeted = listener;
}

/** Waits, without memory or worker, until a point in time, ms since 1970. */
const sleeping = workflow({
  name: 'sleeping',
  inputSchema: z.object({ until: z.number() }),
  run: async ({ until }, context) => {
    await context.sleep(Math.max(0, until - (await context.now())));
    return 'awake';
  },
});

export const workflows = [memos, tools, sized, beating, greeting, sleeping];
export type WorkflowName = 'memos' | 'tools' | 'sized' | 'beating' | 'greeting' | 'sleeping';
