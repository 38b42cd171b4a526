import { agent } from 'bulkhead';
import { bill } from './tools/bill.ts';
import { credit } from './tools/credit.ts';
import { findAccount } from './tools/find-account.ts';
import { lineStatus } from './tools/line-status.ts';
import { runLineTest } from './tools/run-line-test.ts';

/** A credit up to this amount is given at once, a larger one waits for a person. In usd. */
const LARGEST_UNATTENDED_CREDIT = 50;

/** First line support of a telephone and internet company. */
export const support = agent({
  name: 'support',
  description: 'Answers questions about lines and bills, tests lines, and gives credits.',
  instructions:
    'You are the first line of support of a telephone and internet company. Answer in the language of the customer, ' +
    'in a few short sentences, from what the tools return and nothing else. Look an account up when the customer ' +
    'gives a phone number, a name or an e-mail address instead of an account number.',
  rules: [
    'Never state a price, a date or a status that no tool returned.',
    'Give a credit only when the customer asks for it, and only in the amount that the customer names.',
    'Hand over to a person whatever the tools cannot settle.',
  ],
  policy: { effects: ['read', 'write'] },
  tools: { lineStatus, runLineTest, bill, credit, findAccount },
  toolApproval: { credit: ({ usd }) => (usd > LARGEST_UNATTENDED_CREDIT ? 'user-approval' : 'approved') },
  budget: { usd: 0.5, tokens: 100_000, toolCallsPerTurn: 10, time: '5m' },
});
