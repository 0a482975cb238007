import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { OrderView } from '../../../src/domain/order.ts';
import type { ShopperId } from '../../../src/domain/ids.ts';
import { listDeadLetters } from '../../../src/ledger/cells/dead-letters.ts';
import { cancelOrder } from '../../../src/service/orders/cancel-order.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { promotion } from '../../../proof/builders/promotions.ts';
import { HttpShop, lines, shopper } from '../../world/stage/http-shop.ts';
import { claimElsewhere } from '../../world/stage/life.ts';
import { until } from '../../world/servers/wait-until.ts';
import { withStage } from '../../world/servers/with-stage.ts';

let http: HttpShop;

const offers = [offer('mug', { priceMinor: 990 }), offer('tea', { lane: 'cart' })];
withStage(
  'test',
  (world) => HttpShop.open(world, offers),
  (made) => (http = made),
);
beforeEach(async () => {
  await http.shop.worker.directory.refresh();
  http.shop.worker.settler.start();
});

interface Answered {
  readonly status: number;
  readonly applied: string | null;
  readonly isReplay: boolean;
  readonly order: OrderView;
}

/** Places an order of `u1`, unless told otherwise, under one key. */
async function place(prefer: string | null, sub = 'u1', body: object = lines()): Promise<Answered> {
  const headers = { authorization: shopper(sub), 'idempotency-key': 'k', prefer };
  const answer = await http.send({ headers, body });
  return {
    status: answer.status,
    applied: answer.headers.get('preference-applied'),
    isReplay: answer.headers.has('idempotency-replayed'),
    order: (await answer.json()) as OrderView,
  };
}

test('an order that settled within the wait says so in its header and in its body', async () => {
  const waited = await place('wait=10');
  expect(waited).toMatchObject({ status: 201, applied: 'wait', isReplay: false });
  expect(waited.order).toMatchObject({ state: 'reserved', settled: true, total: 990 });
  const plain = await place(null, 'u2');
  expect(plain).toMatchObject({ status: 201, applied: null });
  expect(plain.order).toMatchObject({ state: 'reserved', settled: false });
});

test('an order of nothing is paid when it is settled', async () => {
  const effect = { kind: 'fixed', off: 990, from: 0 } as const;
  await http.shop.setRules([promotion('gift', { effect })]);
  const waited = await place('wait=10', 'u1', lines({ offer: 'tea' }));
  expect(waited.applied).toBe('wait');
  expect(waited.order).toMatchObject({ total: 0, state: 'paid', settled: true });
});

test('a replay differs from the first answer only in what has become known', async () => {
  const first = await place(null);
  const waited = await place('wait=10');
  expect(waited).toMatchObject({ status: 201, applied: 'wait', isReplay: true });
  expect(waited.order).toEqual({ ...first.order, settled: true });
  await cancelOrder(http.shop.api, first.order.id as never, 'u1' as ShopperId);
  const late = await place('wait=10');
  expect(late.order).toEqual({ ...first.order, state: 'cancelled', settled: true });
  const plain = await place(null);
  expect(plain).toMatchObject({ status: 201, applied: null, isReplay: true });
  expect(plain.order).toEqual(first.order);
});

test('an order that became a dead letter is never answered as settled', async () => {
  const { pool } = http.shop.worker;
  await pool.query(`
    create function refuse() returns trigger language plpgsql as
      $$ begin raise exception 'bad data' using errcode = '22023'; end $$;
    create trigger refuse before insert on orders for each row
      when (new.shopper = 'bad') execute function refuse()`);
  const first = await place('wait=10', 'bad');
  expect(await listDeadLetters(pool)).toMatchObject([{ orderId: first.order.id }]);
  expect(first).toMatchObject({ status: 201, applied: null, isReplay: false });
  expect(first.order).toMatchObject({ state: 'reserved', settled: false });
  const replay = await place('wait=1', 'bad');
  expect(replay).toEqual({ ...first, isReplay: true });
});

test('a ledger that stalls does not hold the answer up for longer than the wait', async () => {
  const first = await place('wait=10');
  const client = await http.shop.worker.pool.connect();
  await client.query('begin; lock table orders in access exclusive mode');
  try {
    const replay = await place('wait=0');
    expect(replay).toMatchObject({ status: 201, applied: null, isReplay: true });
    expect(replay.order).toEqual({ ...first.order, settled: false });
  } finally {
    await client.query('rollback');
    client.release();
  }
  expect((await place('wait=0')).order).toEqual(first.order);
});

describe('an order whose epoch ends while its client waits', () => {
  const cell = () => ({ sale: http.sale, cell: 0 });

  /** Places an order that nobody settles before `strike` is over; then the cell is recovered. */
  async function waitOver(strike: () => Promise<unknown>): Promise<Response> {
    const { api, worker } = http.shop;
    const settled = vi.spyOn(api.watch, 'whenSettled');
    await worker.settler.stop();
    const headers = { authorization: shopper('u3'), prefer: 'wait=3' };
    const answer = http.send({ headers });
    await until(() => settled.mock.calls.length > 0, { describe: 'the client waits' });
    await strike();
    const { epoch } = api.directory.cell(cell())!;
    await api.recoverOnce.recover(cell(), { epoch, state: 'open' });
    return answer;
  }

  test('is answered as settled when the recovery settled it', async () => {
    const answer = await waitOver(async () => {});
    expect(answer.status).toBe(201);
    expect(await answer.json()).toMatchObject({ settled: true });
  });

  test('is answered busy when the wait is over before the recovery', async () => {
    const { api, worker } = http.shop;
    await worker.settler.stop();
    const waiting = vi.spyOn(api.watch, 'whenSettled');
    const answer = http.send({ headers: { authorization: shopper('u4'), prefer: 'wait=1' } });
    await until(() => waiting.mock.calls.length > 0, { describe: 'the client waits' });
    await claimElsewhere(http.shop);
    expect((await answer).status).toBe(503);
  });

  test('is answered busy when nobody has it any more', async () => {
    const { acknowledged, redis } = http.shop.api;
    const answer = await waitOver(async () => {
      acknowledged.forget(cell(), Infinity);
      await redis.flushall();
    });
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ code: 'busy' });
  });
});
