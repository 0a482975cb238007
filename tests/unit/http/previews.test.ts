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
