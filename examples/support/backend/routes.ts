import type { Reply } from './effects.ts';
import { Effects, refuse } from './effects.ts';
import { accounts, bills, lines } from './records.ts';

/** A request as far as the routes look at it. */
export type Request = { method: string; url: URL; key: string | undefined; body: unknown };

type Credit = { credit: string; account: string; usd: number; reason?: string; reversed: boolean };

const largestCredit = 1000;
const ok = (body: unknown, status = 200): Reply => ({ status, body });
const noAccount = (id: string): Reply =>
  refuse(404, 'no_account', `There is no account ${id}. Check the number, or find it by phone number.`);
const noKey = refuse(400, 'no_key', 'This changes something: send an Idempotency-Key header.');

const same = (one: string | null, other: string): boolean =>
  one !== null && one.trim().toLowerCase() === other.toLowerCase();

/** The company's systems, in memory. */
export class Routes {
  readonly #effects = new Effects();
  readonly #credits = new Map<string, Credit>();
  #tests = 0;

  /** Answers a request; what it does not know is a 404. */
  answer(request: Request): Reply {
    const [, collection, id, part] = request.url.pathname.split('/');
    const route = `${request.method} /${collection ?? ''}${id === undefined ? '' : '/:id'}${part === undefined ? '' : `/${part}`}`;
    if (route === 'GET /effects') return ok({ effects: this.#effects.list() });
    if (route === 'GET /accounts') return this.#find(request.url.searchParams);
    if (route === 'DELETE /credits/:id') return this.#reverse(id ?? '', request);
    const account = accounts.find((known) => known.account === id);
    if (collection !== 'accounts' || id === undefined)
      return refuse(404, 'no_route', `There is no ${route}.`);
    if (account === undefined) return noAccount(id);
    switch (route) {
      case 'GET /accounts/:id':
        return ok(account);
      case 'GET /accounts/:id/line':
        return ok({ account: id, ...lines[id] });
      case 'GET /accounts/:id/bill':
        return this.#bill(id, request.url.searchParams.get('month'));
      case 'POST /accounts/:id/line-tests':
        return this.#test(id, request);
      case 'POST /accounts/:id/credits':
        return this.#credit(id, request);
      default:
        return refuse(404, 'no_route', `There is no ${route}.`);
    }
  }

  #find(query: URLSearchParams): Reply {
    const found = accounts.filter(
      ({ phone, name, email }) =>
        same(query.get('phone'), phone) || same(query.get('name'), name) || same(query.get('email'), email),
    );
    return ok({ accounts: found });
  }

  #bill(account: string, month: string | null): Reply {
    const bill = (bills[account] ?? []).find((known) => month === null || known.month === month);
    if (bill === undefined)
      return refuse(404, 'no_bill', `There is no bill of ${account} for ${month ?? 'any month'}.`);
    const credited = [...this.#credits.values()]
      .filter((credit) => credit.account === account && !credit.reversed)
      .reduce((sum, credit) => sum + credit.usd, 0);
    return ok({ account, ...bill, ...(credited === 0 ? {} : { creditOnNextBillUsd: credited }) });
  }

  #test(account: string, { key }: Request): Reply {
    if (key === undefined) return noKey;
    return this.#effects.once(key, `test ${account}`, () => {
      this.#tests += 1;
      const line = lines[account];
      const body = {
        account,
        test: `LT-${String(this.#tests).padStart(4, '0')}`,
        result: line?.status === 'up' ? 'passed' : 'failed',
        downloadMbps: line?.speedMbps ?? 0,
        packetLossPercent: line?.status === 'up' ? 0 : line?.status === 'degraded' ? 7 : 100,
      };
      return { reply: ok(body, 201), effect: { kind: 'line-test', account } };
    });
  }

  #credit(account: string, { key, body }: Request): Reply {
    if (key === undefined) return noKey;
    const { usd, reason } = (body ?? {}) as { usd?: unknown; reason?: unknown };
    if (typeof usd !== 'number' || !(usd > 0) || usd > largestCredit) {
      return refuse(400, 'bad_amount', `A credit is a number of usd above 0 and up to ${largestCredit}.`);
    }
    return this.#effects.once(key, `credit ${account} ${usd}`, () => {
      const credit: Credit = {
        credit: `CR-${String(this.#credits.size + 1).padStart(4, '0')}`,
        account,
        usd,
        ...(typeof reason === 'string' ? { reason } : {}),
        reversed: false,
      };
      this.#credits.set(credit.credit, credit);
      const { reversed: _reversed, ...told } = credit;
      return { reply: ok(told, 201), effect: { kind: 'credit', account, usd } };
    });
  }

  #reverse(id: string, { key }: Request): Reply {
    if (key === undefined) return noKey;
    const credit = this.#credits.get(id);
    if (credit === undefined) return refuse(404, 'no_credit', `There is no credit ${id}.`);
    return this.#effects.once(key, `reverse ${id}`, () => {
      credit.reversed = true;
      const { account, usd } = credit;
      return {
        reply: ok({ credit: id, account, usd, reversed: true }),
        effect: { kind: 'credit-reversal', account, usd },
      };
    });
  }
}
