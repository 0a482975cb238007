import type { OrderView } from '../../../src/domain/order.ts';
import { kindOf, readAnswer } from '../answer.ts';
import type { CartShopper } from './cart-shoppers.ts';
import type { CartNotes, ClaimAnswer } from './cart-notes.ts';

/** A promotion that shoppers may claim. */
export interface Claimable {
  readonly promotion: string;
  /** False for a red packet, which no order names. */
  readonly isCoupon: boolean;
}

type Asking = 'claim' | 'quote' | 'order';

/** One request of a visit, repeated byte by byte until it is answered. */
export interface Step {
  readonly asking: Asking;
  /** Appended to `/v1/sales/:sale`. */
  readonly path: string;
  readonly key: string | null;
  /** JSON in ASCII. */
  readonly body: string;
}

/** The final answer to a step. */
export interface Reply {
  readonly status: number;
  /** The code of a problem; empty for a success. */
  readonly code: string;
  readonly text: string;
}

type Steps = Generator<Step, void, Reply>;

const OK = 200;
const CREATED = 201;
const ORDER_KEY = 'cart';
/** A total may change with each order while a budget runs dry. */
const ORDER_TRIES = 20;

const SUCCESSES: Readonly<Record<Asking, string>> = {
  claim: 'claimed',
  quote: 'quoted',
  order: 'placed',
};

/** The kind that an answer is counted as, and the result that the visit continues with. */
export function readReply(
  { asking }: Step,
  status: number,
  text: string,
  headers: readonly string[],
): { readonly kind: string; readonly reply: Reply } {
  const answer = readAnswer(status, text, headers);
  const isSuccess = status === OK || answer.order !== '';
  const reply = { status, code: isSuccess ? '' : answer.code, text };
  const isReplay = isSuccess && kindOf(answer) === 'replayed';
  const success = isReplay ? `${asking} replayed` : SUCCESSES[asking];
  return { kind: isSuccess ? success : `${asking} ${answer.code}`, reply };
}

/** Orders the cart at the total of the last answer, until the service accepts it. */
function* order(
  { shopper, lines, isRepeating }: CartShopper,
  { coupons, total }: { readonly coupons: readonly string[]; readonly total: number },
  notes: CartNotes,
): Steps {
  const name = { shopper, key: ORDER_KEY };
  let expectedTotal = total;
  for (let tries = 0; tries < ORDER_TRIES; tries++) {
    const body = JSON.stringify({ lines, coupons, redPacket: 'max', expectedTotal });
    const step = { asking: 'order', path: '/orders', key: name.key, body } as const;
    notes.noteAsked(name, lines);
    const { status, code, text } = yield step;
    if (status === CREATED) {
      notes.noteOrder(name, JSON.parse(text) as OrderView, expectedTotal);
      if (isRepeating) notes.noteReplay(name, text, (yield step).text);
      return;
    }
    const problem = JSON.parse(text) as { readonly total: number; readonly offer: string };
    if (code === 'sold_out') notes.soldOut.add(problem.offer);
    if (code !== 'price_changed') return;
    expectedTotal = problem.total;
  }
}

/** Claims all claimable promotions, asks for the price of a cart, and orders it at that price. */
export function* visit(
  one: CartShopper,
  claimables: readonly Claimable[],
  notes: CartNotes,
): Steps {
  const held: string[] = [];
  for (const [i, { promotion, isCoupon }] of claimables.entries()) {
    const path = `/promotions/${promotion}/claims`;
    const reply = yield { asking: 'claim', path, key: `claim-${i}`, body: '{}' };
    if (reply.status !== CREATED) continue;
    notes.claims.push(JSON.parse(reply.text) as ClaimAnswer);
    if (isCoupon) held.push(promotion);
  }
  const wish = one.isBest ? { best: true } : { coupons: held };
  const body = JSON.stringify({ lines: one.lines, redPacket: 'max', ...wish });
  const quoted = yield { asking: 'quote', path: '/quotes', key: null, body };
  if (quoted.status !== OK) return;
  const quote = JSON.parse(quoted.text) as { coupons: readonly string[]; total: number };
  yield* order(one, quote, notes);
}
