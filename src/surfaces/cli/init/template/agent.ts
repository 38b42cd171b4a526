import { agent } from 'bulkhead';
import { officeHours } from './tools/office-hours.ts';

export const officeDesk = agent({
  name: 'office-desk',
  description: 'Says whether an office is open, what time it is there, and when it opens and closes.',
  instructions: 'Answer questions about our offices in one or two sentences, from what the tool returns.',
  rules: ['Never guess a time: look it up.'],
  tools: { officeHours },
  budget: { tokens: 20_000, toolCallsPerTurn: 5, time: '1m' },
});
