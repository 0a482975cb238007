import { beforeAll, expect, test } from 'vitest';
import { auditLedger } from '../../../src/ledger/audit.ts';
import { LedgerSale } from '../../../proof/builders/ledger-sale.ts';
import { PaymentStage } from '../../world/stage/payments.ts';
import type { OpenPayment } from '../../../proof/builders/payments.ts';
import { withStage } from '../../world/servers/with-stage.ts';

let sale: LedgerSale;
let paid: OpenPayment;
let stray: OpenPayment;

withStage('file', LedgerSale.create, (made) => (sale = made));
beforeAll(async () => {
  await sale.open();
  const stage = new PaymentStage(sale);
  paid = await stage.open();
  await stage.says(paid, 'captured');
  stray = await stage.open();
  await stage.end(stray.order, 'expired');
  await stage.says(stray, 'captured');
});

/** The audit’s findings on payments after a change, which is rolled back. */
async function foundAfter(change: string): Promise<string[]> {
  const client = await sale.pool.connect();
  try {
    await client.query('begin');
    await client.query(change);
    const found = await auditLedger(client, sale.id);
    const ours = found.filter(({ promise }) => promise === 'I11');
    return ours.map(({ subject, detail }) => `${subject}: ${detail}`).toSorted();
  } finally {
    await client.query('rollback');
    client.release();
  }
}

const REFUND = `insert into provider_calls
  (payment, provider, kind, amount_minor, cause, refund)`;

/** Changes with their findings; `PAID` and `STRAY` stand for the two payments’ orders. */
const changes: [what: string, change: string, found: string[]][] = [
  ['nothing is wrong', 'select 1', []],
  [
    'money captured too late does not go back',
    `delete from provider_calls where kind = 'refund'`,
    ['STRAY_p1: captured 1000 and pays no order, but 0 go back'],
  ],
  [
    'only part of the late money goes back',
    `update provider_calls set amount_minor = 999 where kind = 'refund'`,
    ['STRAY_p1: captured 1000 and pays no order, but 999 go back'],
  ],
  [
    'the refund of the late money is given up',
    `update provider_calls set state = 'dead', error = 'no' where kind = 'refund'`,
    ['STRAY_p1: a refund of 1000 was given up: no'],
  ],
  [
    'an operator has resolved its refund by hand',
    `update provider_calls set state = 'resolved' where kind = 'refund'`,
    [],
  ],
  [
    'a payment pays too little',
    `update payments set amount_minor = 999 where pays`,
    ['PAID_p1: pays 999 CNY for an order paid of 1000 CNY'],
  ],
  [
    'a payment pays in another currency',
    `update payments set currency = 'USD' where pays`,
    ['PAID_p1: pays 1000 USD for an order paid of 1000 CNY'],
  ],
  [
    'an unpaid order has a payment that pays',
    `update orders set state = 'reserved' where state = 'paid'`,
    ['PAID_p1: pays 1000 CNY for an order reserved of 1000 CNY'],
  ],
  [
    'a paid order has no payment',
    `update payments set pays = false where pays`,
    ['PAID: paid without a payment', 'PAID_p1: captured 1000 and pays no order, but 0 go back'],
  ],
  [
    'the money of a paid order goes back whole',
    `${REFUND} values ('PAID_p1', 'p', 'refund', 1000, 'twice', null)`,
    ['PAID_p1: pays its order, but all of it goes back'],
  ],
  [
    'the provider was never asked for a refund',
    `update orders set refunded_minor = 10 where state = 'paid'`,
    ['PAID: refunded 10 of 1000, the provider was asked for 0'],
  ],
  [
    'the provider was asked for more than the order cost',
    `${REFUND} values ('PAID_p1', 'p', 'refund', 1001, 'refund', 'r1')`,
    ['PAID: refunded 0 of 1000, the provider was asked for 1001'],
  ],
];

test.each(changes)('the audit says so when %s', async (_, change, found) => {
  const named = (text: string) =>
    text.replaceAll('PAID', paid.order).replaceAll('STRAY', stray.order);
  expect(await foundAfter(named(change))).toEqual(found.map(named).toSorted());
});

test('a constraint allows one payment that pays and one under way for an order', async () => {
  const copy = (state: string, pays: boolean) =>
    sale.pool.query(
      `insert into payments
        (id, order_id, number, provider, ref, amount_minor, currency, state, pays)
       values ($1, $2, 2, 'p', $1, 1, 'CNY', $3, $4)`,
      [`${paid.order}_p2`, paid.order, state, pays],
    );
  await expect(copy('captured', true)).rejects.toThrow('payments_one_pays');
  await copy('open', false);
  const text = `insert into payments (id, order_id, number, provider, amount_minor, currency)
    values ('third', $1, 3, 'p', 1, 'CNY')`;
  await expect(sale.pool.query(text, [paid.order])).rejects.toThrow('payments_one_live');
});
