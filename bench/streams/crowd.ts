import { signFor } from '../../proof/builders/secrets.ts';
import { requestText } from '../abuse/requests.ts';
import type { Harness } from '../over-http/harness.ts';
import { BENCH_STORE } from '../over-http/put-on-sale.ts';
import type { ListenGroup, ListenPlan } from './listen-plan.ts';

const STREAM = 'text/event-stream';
/** The service lets one address have as many streams of stock. */
const PUBLIC_EACH = 50;
/** 127.0.0.x stays with those who buy. */
const FIRST_NETWORK = 1;
const ADDRESSES_A_NETWORK = 250;

/** As few loopback addresses as the limits of the service demand of these listeners. */
export const addressesFor = (listeners: number): string[] =>
  Array.from({ length: Math.max(1, Math.ceil(listeners / PUBLIC_EACH)) }, (_, i) => {
    const network = FIRST_NETWORK + Math.floor(i / ADDRESSES_A_NETWORK);
    return `127.0.${network}.${1 + (i % ADDRESSES_A_NETWORK)}`;
  });

const publicGroup = (sale: string, listeners: number): ListenGroup => ({
  audience: 'public',
  listeners,
  requests: [requestText({ path: `/v1/sales/${sale}/stream`, accept: STREAM })],
  addresses: addressesFor(listeners),
});

/** All are of the store that sells, so each hears each change of its figures. */
function merchantGroup(jwtSecret: string, sale: string, listeners: number): ListenGroup {
  const tokens = Array.from({ length: listeners }, (_, number) =>
    signFor(jwtSecret, { sub: `merchant-${number}`, role: 'merchant', store: BENCH_STORE }),
  );
  const path = `/v1/sales/${sale}/events`;
  return {
    audience: 'merchants',
    listeners,
    requests: tokens.map((token) => requestText({ path, accept: STREAM, token })),
    addresses: addressesFor(listeners),
  };
}

export interface Crowd {
  readonly listeners: number;
  readonly merchants: number;
  readonly offers: readonly string[];
}

/** Listeners to the stock of a sale, and merchants who watch its figures. */
export const listenPlan = (
  { api, servers }: Pick<Harness, 'api' | 'servers'>,
  sale: string,
  { listeners, merchants, offers }: Crowd,
): ListenPlan => ({
  url: api.url,
  groups: [publicGroup(sale, listeners), merchantGroup(servers.jwtSecret, sale, merchants)],
  offers,
});
