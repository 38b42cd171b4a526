/** What the company knows: a handful of customers, their lines and bills. Amounts in usd, dates ISO 8601. */
export type Account = { account: string; name: string; phone: string; email: string; plan: string };
export type Line = {
  status: 'up' | 'degraded' | 'down';
  speedMbps: number;
  since: string;
  cause?: string;
  expectedRepair?: string;
};
export type Bill = {
  bill: string;
  month: string;
  usd: number;
  dueDate: string;
  paid: boolean;
  charges: { description: string; usd: number }[];
};

export const accounts: readonly Account[] = [
  {
    account: 'AC-1042',
    name: 'Maria Lopez',
    phone: '555-0142',
    email: 'maria.lopez@example.com',
    plan: 'Fibre 300',
  },
  {
    account: 'AC-1043',
    name: 'James Carter',
    phone: '555-0143',
    email: 'james.carter@example.com',
    plan: 'Fibre 600',
  },
  {
    account: 'AC-1044',
    name: 'Wei Chen',
    phone: '555-0144',
    email: 'wei.chen@example.com',
    plan: 'Copper 20',
  },
  {
    account: 'AC-1045',
    name: 'Lucia Fernandez',
    phone: '555-0145',
    email: 'lucia.fernandez@example.com',
    plan: 'Fibre 300',
  },
];

export const lines: Readonly<Record<string, Line>> = {
  'AC-1042': {
    status: 'down',
    speedMbps: 0,
    since: '2026-03-02',
    cause: 'A cable was cut by roadworks',
    expectedRepair: '2026-03-04',
  },
  'AC-1043': { status: 'up', speedMbps: 600, since: '2025-11-20' },
  'AC-1044': { status: 'degraded', speedMbps: 4, since: '2026-02-27', cause: 'Noise on the copper pair' },
  'AC-1045': { status: 'up', speedMbps: 300, since: '2026-01-15' },
};

const monthly = (
  account: string,
  month: string,
  dueDate: string,
  paid: boolean,
  charges: Bill['charges'],
): Bill => ({
  bill: `B-${account.slice(3)}-${month.replace('-', '')}`,
  month,
  usd: Math.round(charges.reduce((sum, charge) => sum + charge.usd, 0) * 100) / 100,
  dueDate,
  paid,
  charges,
});

/** Latest first. */
export const bills: Readonly<Record<string, readonly Bill[]>> = {
  'AC-1042': [
    monthly('AC-1042', '2026-02', '2026-03-15', false, [
      { description: 'Fibre 300', usd: 39.9 },
      { description: 'Calls to mobiles', usd: 6.35 },
    ]),
    monthly('AC-1042', '2026-01', '2026-02-15', true, [{ description: 'Fibre 300', usd: 39.9 }]),
  ],
  'AC-1043': [
    monthly('AC-1043', '2026-02', '2026-03-15', true, [
      { description: 'Fibre 600', usd: 54.9 },
      { description: 'Static address', usd: 5 },
    ]),
    monthly('AC-1043', '2026-01', '2026-02-15', true, [{ description: 'Fibre 600', usd: 54.9 }]),
  ],
  'AC-1044': [monthly('AC-1044', '2026-02', '2026-03-10', false, [{ description: 'Copper 20', usd: 24.5 }])],
  'AC-1045': [
    monthly('AC-1045', '2026-02', '2026-03-20', false, [
      { description: 'Fibre 300', usd: 39.9 },
      { description: 'Television', usd: 12 },
    ]),
  ],
};
