import { tool } from 'bulkhead';
import { z } from 'zod';
import offices from '../offices.json' with { type: 'json' };

export const officeHours = tool({
  description: 'Opening hours of an office: whether it is open now, its local time, when it opens and closes',
  inputSchema: z.object({
    city: z.enum(offices.map((office) => office.city)).describe('The city of the office'),
  }),
  effect: 'read',
  examples: [
    'is the London office open now?',
    'what time is it in the New York office?',
    'when does the office in Tokyo open?',
    'until when can I reach somebody in Lisbon?',
    'is anybody at work in Nairobi?',
  ],
  execute: ({ city }) => hoursAt(city, new Date()),
});

/** Whether an office is open at a moment, by the clock on its wall. */
export function hoursAt(city: string, moment: Date) {
  const office = offices.find((candidate) => candidate.city === city);
  if (office === undefined) throw new Error(`There is no office in ${city}.`);
  const { timeZone, opens, closes } = office;
  const weekday = moment.toLocaleDateString('en-GB', { timeZone, weekday: 'long' });
  const localTime = moment.toLocaleTimeString('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const isWorkday = weekday !== 'Saturday' && weekday !== 'Sunday';
  const open = isWorkday && localTime >= opens && localTime < closes;
  return { city, open, localTime, weekday, opens, closes };
}
