import { answerOf, claim, putBalances } from '../../../client/index.ts';
import { signFor } from '../../builders/secrets.ts';
import { followCourse } from '../../crowd/order-lives/follow-course.ts';
import { LifeNotes } from '../../crowd/order-lives/life-notes.ts';
import type { OrderNote } from '../../crowd/order-lives/life-notes.ts';
import { OrderClient } from '../../crowd/order-lives/order-client.ts';
import { RetryingClient } from '../../crowd/order-lives/retrying-client.ts';
import type { UnitsOf } from '../../checker/compare-books.ts';
import { PEOPLE } from './scene.ts';
import type { Scene } from './scene.ts';

/** The orders of alice. */
export interface OrdersShown {
  /** Paid, and refunded in part. */
  readonly paid: string;
  /** To be paid. */
  readonly reserved: string;
  /** The page of the sandbox where the second order is paid. */
  readonly payPage: string;
}

const COUPONS = ['cloud-30-off', 'home-15-percent', 'lucky-packet'];
const POINTS = 2_000;
const WITHIN_MS = 60_000;
const FIRST: readonly UnitsOf[] = [
  { offer: 'teapot-600ml', quantity: 2 },
  { offer: 'duvet-cover', quantity: 1 },
];
const SECOND: readonly UnitsOf[] = [
  { offer: 'usb-charger', quantity: 1 },
  { offer: 'rice-bowls-6', quantity: 2 },
  { offer: 'duvet-cover', quantity: 1 },
];

async function buy(client: OrderClient, token: string, key: string, lines: readonly UnitsOf[]) {
  const note = await client.buy({ shopper: PEOPLE.alice.sub, token }, key, lines, false);
  if (!note) throw new Error(`the order "${key}" of alice was refused`);
  return note;
}

/** Begins to pay. @returns the address of the page */
async function beginPayment(client: OrderClient, note: OrderNote): Promise<string> {
  const payment = await client.startPaying(note);
  if (!payment?.url) throw new Error('the order of alice cannot be paid');
  return payment.url;
}

/** Alice takes every coupon, buys and pays once, gets a part back, and buys again. */
export async function shopAsAlice({
  origin: url,
  jwtSecret,
  eleven,
  client: clientOf,
}: Scene): Promise<OrdersShown> {
  const sale = eleven.sale.id;
  const shopper = PEOPLE.alice.sub;
  const balances = { path: { sale, shopper }, body: { points: POINTS } };
  await answerOf(putBalances({ client: clientOf(PEOPLE.olaf), ...balances }));
  for (const promotion of COUPONS) {
    const headers = { 'Idempotency-Key': promotion };
    await answerOf(claim({ client: clientOf(PEOPLE.alice), path: { sale, promotion }, headers }));
  }
  const deadlineMs = performance.now() + WITHIN_MS;
  const retrying = new RetryingClient(() => {});
  const notes = new LifeNotes();
  const client = new OrderClient({ url, sale, jwtSecret, retrying, notes, deadlineMs });
  const token = signFor(jwtSecret, PEOPLE.alice);
  const first = await buy(client, token, 'first', FIRST);
  await followCourse(client, first, 'part_back');
  const second = await buy(client, token, 'second', SECOND);
  const payPage = await beginPayment(client, second);
  return { paid: first.order.id, reserved: second.order.id, payPage };
}
