import { randomBytes } from 'node:crypto';
import type { AttackPlan } from './attack-plan.ts';
import { ATTACKERS, draftOffer, draftOfferBody, largeQuote } from './mall.ts';
import type { Principals } from './principals.ts';
import { requestText } from './requests.ts';

/** What a flood may aim at. */
export interface Target extends Principals {
  /** The sale in which honest shoppers buy meanwhile, and its offer. */
  readonly sale: string;
  readonly offer: string;
  readonly mall: string;
  readonly draft: string;
}

export interface AttackKind {
  readonly name: string;
  /** Who floods what. */
  readonly means: string;
  readonly way?: AttackPlan['way'];
  /** Default: `PER_SECOND`. */
  readonly perSecond?: number;
  /** Default: `CONNECTIONS`. */
  readonly connections?: number;
  requests(target: Target): string[];
}

/** All attackers together. It is what one generator on a shared machine sends without strain. */
export const PER_SECOND = 2_000;
export const CONNECTIONS = 200;
/** Different requests of a flood, where no two should be alike. */
const DIFFERENT = 2_000;
const SERIAL_BYTES = 16;
const STREAM = 'text/event-stream';
/** No server should answer more requests on a connection that nobody reads. */
const PIPELINED = 20;
/** As many as the limits let wait behind the first one. */
const PIPELINED_AT_MOST = 5;

const different = (make: (number: number) => string): string[] =>
  Array.from({ length: DIFFERENT }, (_, number) => make(number));

/** An order id that no process has given: 128 random bits. */
const inventedOrder = (sale: string): string =>
  `${sale}_0_${randomBytes(SERIAL_BYTES).toString('base64url')}`;

const wrongOrder = (offer: string): string =>
  JSON.stringify({ lines: [{ offer, quantity: 1 }], expectedTotal: 1 });

const quoteText = (mall: string, first: number, token?: string): string =>
  requestText({
    method: 'POST',
    path: `/v1/sales/${mall}/quotes`,
    token,
    body: largeQuote(first),
  });

const stallOn = ({ mall }: Target, pipelined: number): string =>
  requestText({ path: `/v1/sales/${mall}` }).repeat(pipelined);

/** One request to each route that needs a token. */
const needToken = ({ sale, offer, mall, draft }: Target, token?: string): string[] => [
  requestText({ path: `/v1/orders/${inventedOrder(sale)}`, token }),
  requestText({ path: `/v1/sales/${mall}/report`, token }),
  requestText({ path: `/v1/sales/${sale}/events`, accept: STREAM, token }),
  requestText({ method: 'PUT', path: `/v1/sales/${draft}`, body: '{}', token }),
  requestText({
    method: 'POST',
    path: `/v1/sales/${sale}/orders`,
    key: 'wrong',
    body: wrongOrder(offer),
    token,
  }),
];

const readers: readonly AttackKind[] = [
  {
    name: 'quotes',
    means: 'shoppers ask for the best deal of 12 coupons on a cart of 50 lines',
    requests: ({ mall, shoppers }) => shoppers.map((token, i) => quoteText(mall, i, token)),
  },
  {
    name: 'guest-quotes',
    means: 'the same from 50 addresses without a token',
    requests: ({ mall, shoppers }) => shoppers.map((_, i) => quoteText(mall, i)),
  },
  {
    name: 'invented-orders',
    means: 'shoppers read orders that do not exist',
    requests: ({ sale, shoppers }) =>
      different((i) =>
        requestText({
          path: `/v1/orders/${inventedOrder(sale)}`,
          token: shoppers[i % ATTACKERS],
        }),
      ),
  },
  {
    name: 'reports',
    means: 'merchants read the report of a sale with thousands of discounted orders',
    requests: ({ mall, mallMerchants }) =>
      mallMerchants.map((token) => requestText({ path: `/v1/sales/${mall}/report`, token })),
  },
  {
    name: 'draft-reads',
    means: 'merchants read a draft with offers of 50 stores; shoppers and guests try to',
    requests: ({ draft, draftMerchants, shoppers }) =>
      draftMerchants.flatMap((token, i) =>
        [token, shoppers[i], undefined].map((one) =>
          requestText({ path: `/v1/sales/${draft}`, token: one }),
        ),
      ),
  },
];

const writers: readonly AttackKind[] = [
  {
    name: 'draft-writes',
    means: 'merchants of 50 stores change the price of an offer of a draft, again and again',
    requests: ({ draft, draftMerchants }) =>
      different((i) =>
        requestText({
          method: 'PUT',
          path: `/v1/sales/${draft}/offers/${draftOffer(i % ATTACKERS, 0)}`,
          token: draftMerchants[i % ATTACKERS],
          body: JSON.stringify(draftOfferBody(i % ATTACKERS, 1_000 + i)),
        }),
      ),
  },
  {
    name: 'wrong-totals',
    means: 'shoppers order in the same sale with a wrong `expectedTotal`',
    requests: ({ sale, offer, shoppers }) =>
      different((i) =>
        requestText({
          method: 'POST',
          path: `/v1/sales/${sale}/orders`,
          key: `wrong-${i}`,
          token: shoppers[i % ATTACKERS],
          body: wrongOrder(offer),
        }),
      ),
  },
];

const connected: readonly AttackKind[] = [
  {
    name: 'stalled-readers',
    means: '500 connections ask for a large page up to 20 times and read nothing',
    way: 'stalls',
    perSecond: 200,
    connections: 500,
    requests: (target) => [stallOn(target, PIPELINED_AT_MOST), stallOn(target, PIPELINED)],
  },
  {
    name: 'streams',
    means: 'merchants open event streams of the same sale, 10,000 tries in 5 s',
    way: 'streams',
    connections: 5_000,
    requests: ({ sale, sellers }) =>
      sellers.map((token) =>
        requestText({ path: `/v1/sales/${sale}/events`, accept: STREAM, token }),
      ),
  },
  {
    name: 'stock-streams',
    means: 'the same without a token, on the stream of stock, from 50 addresses',
    way: 'streams',
    connections: 5_000,
    requests: ({ sale }) => [requestText({ path: `/v1/sales/${sale}/stream`, accept: STREAM })],
  },
];

const strangers: readonly AttackKind[] = [
  {
    name: 'bad-tokens',
    means: 'forged tokens, each a new one, on five routes',
    requests: (target) =>
      target.forged.flatMap((token, i) => {
        const requests = needToken(target, token);
        return requests[i % requests.length]!;
      }),
  },
  {
    name: 'no-tokens',
    means: 'the same routes without a token, from 50 addresses',
    requests: (target) => needToken(target),
  },
];

export const attackKinds: readonly AttackKind[] = [
  ...readers,
  ...writers,
  ...connected,
  ...strangers,
];
