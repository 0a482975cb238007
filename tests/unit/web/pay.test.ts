import { expect, test } from 'vitest';
import { paymentOf } from '../../../web/pay/payment.ts';

const whole = {
  order: 'drop_0_serial',
  amount: 990,
  currency: 'CNY',
  state: 'open',
  step: 'challenge',
  lines: [{ title: 'A mug', quantity: 2 }],
  payBy: '2030-01-01T00:00:00.000Z',
  returnUrl: 'https://shop.example/',
};

test('the pay page reads what the sandbox says of a payment', () => {
  const { payBy, ...same } = whole;
  expect(paymentOf(whole)).toEqual({ ...same, payByMs: Date.parse(payBy) });
});

test('a payment of which the sandbox knows little shows what there is', () => {
  const { order, amount, currency, state } = whole;
  expect(paymentOf({ order, amount, currency, state, step: 'new', lines: [{ title: 1 }] })).toEqual(
    {
      ...{ order, amount, currency, state, step: 'choice', lines: [] },
      ...{ payByMs: null, returnUrl: null },
    },
  );
});

test.each([null, 'text', {}, { ...whole, state: 'lost' }, { ...whole, amount: '990' }])(
  'what is no payment is shown as none: %j',
  (body) => {
    expect(() => paymentOf(body)).toThrow('no payment');
  },
);
