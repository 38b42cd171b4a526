import { describe, expect, it } from 'vitest';
import { IntakeFileSchema } from '../intake/config/schema.ts';
import { runCommandLine } from './run-command-line.ts';
import { fakeTerminal } from './testing/fake-terminal.ts';

async function run(...words: string[]) {
  const terminal = fakeTerminal();
  const code = await runCommandLine(words, terminal);
  return { code, out: terminal.written(), error: terminal.complained() };
}

const commands = [
  ['dev'],
  ['server'],
  ['worker'],
  ['intake'],
  ['run'],
  ['runs'],
  ['runs', 'show'],
  ['runs', 'cancel'],
  ['journal'],
  ['review'],
  ['review', 'list'],
  ['review', 'approve'],
  ['review', 'deny'],
  ['review', 'answer'],
  ['review', 'resolve'],
  ['deploy'],
  ['init'],
  ['kill'],
  ['kill', 'list'],
  ['kill', 'set'],
  ['kill', 'clear'],
  ['providers'],
  ['limits'],
  ['limits', 'list'],
  ['limits', 'set'],
  ['limits', 'clear'],
  ['cache'],
  ['cache', 'show'],
  ['cache', 'clear'],
  ['cache', 'mark'],
];

describe('the command line', () => {
  it.each(commands.map((command) => command.join(' ')))('has help with examples for %s', async (command) => {
    const { code, out } = await run(...command.split(' '), '--help');
    expect(code).toBe(0);
    expect(out).toContain(`Usage: bulkhead ${command}`);
    expect(out).toMatch(new RegExp(`Examples:\n +bulkhead ${command}`));
    expect(out).toContain('--json');
  });

  it('shows its commands and its environment', async () => {
    const { code, out } = await run('--help');
    expect(code).toBe(0);
    for (const [name = ''] of commands) expect(out).toMatch(new RegExp(`^ +${name}\\b`, 'm'));
    expect(out).toContain('BULKHEAD_HOME');
    expect(out).toContain('BULKHEAD_MASTER_KEY');
    expect(out).toContain('DATABASE_URL_API');
  });

  it('shows the keys of the intake file, and a message on each broker', async () => {
    const { out } = await run('help', 'intake');
    for (const key of Object.keys(IntakeFileSchema.shape.sources.element.shape)) {
      expect(out).toMatch(new RegExp(`^  ${key} `, 'm'));
    }
    expect(out).toMatch(/Redis +fields body, messageId .*replyTo/);
    expect(out).toMatch(/RabbitMQ +properties messageId .*replyTo/);
    expect(out).toMatch(/SQS +attributes bulkhead-message-id .*bulkhead-reply-to/);
  });

  it('shows its version', async () => {
    expect(await run('--version')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
  });

  it.each([[], ['review'], ['kill']])(
    'shows help, as wrong usage, when a command is missing: %j',
    async (...words) => {
      const { code, out, error } = await run(...words);
      expect(code).toBe(2);
      expect(out).toBe('');
      expect(error).toContain('Usage: bulkhead');
    },
  );

  it.each([
    ['an unknown command', ['rum'], "Unknown command 'rum' (Did you mean run?). See `bulkhead --help`."],
    ['an unknown option', ['runs', '--stat', 'x'], 'See `bulkhead runs --help`.'],
    [
      'a missing argument',
      ['runs', 'show'],
      "Missing required argument 'id'. See `bulkhead runs show --help`.",
    ],
    [
      'a missing option',
      ['kill', 'set', '*'],
      "Required option '--reason <text>' not specified. See `bulkhead kill set --help`.",
    ],
    [
      'a choice that there is not',
      ['run', 'a', 'b', '--lane', 'fast'],
      'Allowed choices are urgent, normal, batch. See `bulkhead run --help`.',
    ],
    ['too many arguments', ['runs', 'one', 'two'], 'See `bulkhead runs --help`.'],
  ])('refuses %s in one sentence', async (_, words, sentence) => {
    const { code, out, error } = await run(...words);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(error).toContain(sentence);
    expect(error.trim().split('\n')).toHaveLength(1);
  });

  it('says what a deployment leaves as it is, and which names stand for times', async () => {
    const said = async (...words: string[]) => (await run(...words, '--help')).out.replace(/\s+/g, ' ');
    expect(await said('deploy')).toContain('A definition that is no longer in the folder stays deployed.');
    expect(await said('schedules', 'create')).toContain('@hourly, @daily, @weekly, @monthly, @yearly');
  });

  it('says what went wrong in JSON where JSON was asked for', async () => {
    const { code, error } = await run('runs', '--json', '--stat', 'x');
    expect(code).toBe(2);
    expect(JSON.parse(error)).toMatchObject({ code: 'usage', retryable: false });
  });
});
