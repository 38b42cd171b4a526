import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readMessage } from '../request/read-message.ts';
import { now } from '../testing/ask.ts';
import { clinicTools } from '../testing/clinic-tools.ts';
import { loanTools } from '../testing/loan-tools.ts';
import type { TestTool } from '../testing/test-tool.ts';
import { testTool } from '../testing/test-tool.ts';
import { rankTools } from './rank-tools.ts';
import { profileTool } from './tool-profile.ts';

const rank = (tools: readonly TestTool[], text: string) => {
  const { clauses, language } = readMessage(text, 'en', now);
  const [clause] = clauses;
  if (clause === undefined) throw new Error(`"${text}" has no clause`);
  return rankTools(
    clause,
    language,
    tools.map(({ definition }) => profileTool(definition)),
  );
};

const weather = testTool({
  name: 'getWeather',
  description: 'The weather forecast of a city',
  schema: z.object({ city: z.string() }),
  effect: 'read',
});
const mail = testTool({
  name: 'sendMail',
  description: 'Sends an e-mail to a customer',
  schema: z.object({ to: z.email(), text: z.string() }),
  effect: 'write',
});

describe('rankTools', () => {
  it.each([
    [loanTools, 'what is still owed on LN-204518', 'loanStatus'],
    [loanTools, '¿qué cuota tendría por 5000 dólares a 12 meses?', 'quoteLoan'],
    [clinicTools, 'which pills does P-00123 take', 'patientRecord'],
    [clinicTools, 'reserva una cita para P-00123', 'bookAppointment'],
    [[weather, mail], 'will it rain tomorrow', 'getWeather'],
  ])('finds the tool by meaning, not by wording (%#)', (tools, text, name) => {
    expect(rank(tools, text)[0]?.tool.name).toBe(name);
  });

  it('forgives typing errors', () => {
    expect(rank([weather, mail], 'show the wether forcast')[0]).toMatchObject({
      tool: { name: 'getWeather' },
    });
    expect(rank([weather, mail], 'show the wether forcast')[0]?.score).toBeGreaterThan(0.25);
  });

  it('gives a request of another topic next to nothing', () => {
    expect(rank(loanTools, 'recommend a good restaurant nearby')[0]?.score).toBeLessThan(0.15);
  });

  it('marks a tool down that does not offer the act that is asked for', () => {
    const [show] = rank([mail], 'send a mail to the customer');
    const [erase] = rank([mail], 'delete the mail of the customer');
    expect(erase?.score).toBeLessThan((show?.score ?? 0) / 2);
  });

  it('gives a clause without meaning no ranking', () => {
    expect(rank(loanTools, 'and then?')).toEqual([]);
  });
});

describe('profileTool', () => {
  it('takes a tool that declares no effect for one that writes', () => {
    const definition = { type: 'function' as const, name: 'ping', inputSchema: {} };
    expect(profileTool(definition)).toMatchObject({ effect: 'write', slots: [], description: '' });
  });

  it('survives options of the wrong shape', () => {
    const definition = {
      type: 'function' as const,
      name: 'ping',
      inputSchema: {},
      providerOptions: { bulkhead: { effect: 7, examples: 'no list' } },
    };
    expect(profileTool(definition)).toMatchObject({ effect: 'write', texts: [{ isExample: false }] });
  });
});
