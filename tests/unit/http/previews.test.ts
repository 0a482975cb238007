import { describe, expect, test } from 'vitest';
import type { OrderId } from '../../../src/domain/ids.ts';
import type { Role } from '../../../src/domain/people/actor.ts';
import type { Refusal } from '../../../src/domain/refusals.ts';
import { bearer, refundPreview } from './http-deps.ts';
import type { Changes } from './http-deps.ts';
import { start } from './start-app.ts';

const ORDER = 'friday_0_0123456789abcdefghijkl' as OrderId;

async function post(url: string, by: Role, payload: object, changes: Changes = {}) {
  const app = await start(changes);
  const answer = await app.inject({ method: 'POST', url, headers: bearer(by), payload });
  return { status: answer.statusCode, body: answer.json() };
}

describe('a preview of a refund', () => {
  const url = `/v1/orders/${ORDER}/refunds/preview`;
  const lines = [{ line: 0, quantity: 2 }];

  test('takes the body of the refund and no key, and asks with the caller’s store', async () => {
    const asked: object[] = [];
    const said = { ...refundPreview({ order: ORDER, lines }), clawedBack: -7 };
    const previewRefund: Changes['previewRefund'] = async (one) => {
      asked.push(one);
      return said;
    };
    const body = { lines, restock: true };
    expect(await post(url, 'merchant', body, { previewRefund })).toEqual({
      status: 200,
      body: said,
    });
    expect(await post(url, 'operator', { lines }, { previewRefund })).toMatchObject({
      status: 200,
    });
    expect(asked).toEqual([
      { order: ORDER, lines, store: 'store-1' },
      { order: ORDER, lines, store: null },
    ]);
  });

  test('is refused as the refund would be', async () => {
    const refusal: Refusal = { code: 'not_refundable', state: 'reserved', detail: 'not paid' };
    const previewRefund = async () => refusal;
    const { body } = await post(url, 'merchant', { lines }, { previewRefund });
    expect(body).toMatchObject({ status: 409, ...refusal });
    const none = await post(url, 'merchant', { lines: [] });
    expect(none.body).toMatchObject({ status: 400, errors: [{ pointer: '/lines' }] });
  });
});

describe('a preview of a promotion', () => {
  const url = '/v1/sales/friday/promotions/spring/preview';
  const effect = { kind: 'fixed', off: 100 };
  const promotion = { layer: 'store', effect, funder: 'store' };
  const lines = [{ offer: 'mug', quantity: 2 }];
  const quote = { total: 1_980, lines: [], applied: [], outOfGifts: [], points: 0 };
  const sample = { ...quote, near: [], unused: [] };

  test('takes the body of the PUT and a sample cart, and fills in the same defaults', async () => {
    const asked: unknown[] = [];
    const said = { sale: 'friday', promotion: 'spring', without: sample, with: sample };
    const previewPromotion: Changes['previewPromotion'] = async (...all) => {
      asked.push(all);
      return said;
    };
    const body = { promotion, lines, coupons: ['spring'], member: 'gold' };
    const answer = await post(url, 'merchant', body, { previewPromotion });
    expect(answer).toEqual({ status: 200, body: said });
    const [sale, read, cart, store] = asked[0] as unknown[];
    expect([sale, store]).toEqual(['friday', 'store-1']);
    expect(read).toMatchObject({
      id: 'spring',
      stores: ['store-1'],
      effect: { ...effect, from: 0 },
    });
    expect(cart).toEqual({ lines, coupons: ['spring'], member: 'gold' });
  });

  test.each([
    ['no promotion', { lines }, '/promotion'],
    [
      'a promotion without an effect',
      { promotion: { layer: 'a', funder: 'store' }, lines },
      '/promotion/effect',
    ],
    ['an empty cart', { promotion, lines: [] }, '/lines'],
    ['a coupon named twice', { promotion, lines, coupons: ['a', 'a'] }, '/coupons/1'],
  ])('with %s is refused', async (_, body, pointer) => {
    const { body: problem } = await post(url, 'merchant', body);
    expect(problem).toMatchObject({ status: 400, code: 'invalid', errors: [{ pointer }] });
  });
});
