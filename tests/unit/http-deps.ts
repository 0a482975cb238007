import { Registry } from 'prom-client';
import type { OfferId, OrderId, SaleId, StoreId } from '../../src/domain/ids.ts';
import type { PlacedOrder } from '../../src/domain/order.ts';
import type { HttpDeps } from '../../src/http/deps.ts';
import type { Role } from '../../src/http/auth.ts';
import { signToken } from '../../src/http/token.ts';
import type { TokenClaims } from '../../src/http/token.ts';
import { createLog, pseudonym } from '../../src/platform/log.ts';
import type { Placed, PurchaseRequest } from '../../src/service/place-order.ts';
import type { SaleView } from '../../src/service/read-sale.ts';

export const SECRET = 'a-secret-of-thirty-two-characters';

export const saleView = (id: string, terms: Partial<SaleView> = {}): SaleView => ({
  id,
  name: 'A drop',
  currency: 'CNY',
  state: 'open',
  opensAt: '2025-01-01T00:00:00.000Z',
  closesAt: '2099-01-01T00:00:00.000Z',
  payWithinSeconds: 900,
  cells: 1,
  rulesVersion: 1,
  offers: [],
  ...terms,
});

export function placedOrder({ sale, offer, quantity }: PurchaseRequest): PlacedOrder {
  return {
    id: `${sale}_0_0123456789abcdefghijkl` as OrderId,
    sale: sale as SaleId,
    lines: [{ offer: offer as OfferId, store: 'store-1' as StoreId, quantity, priceMinor: 990 }],
    payByMs: Date.UTC(2030, 0, 1),
    rulesVersion: 3,
  };
}

/** An order the service took, or had taken before. */
export const taken = (request: PurchaseRequest, isReplay = false): Placed => ({
  order: placedOrder(request),
  isReplay,
  place: { id: { sale: request.sale, cell: 0 } } as Placed['place'],
  seq: isReplay ? 0 : 1,
});

/** Services that accept everything and know the sale `friday`; a test replaces what it is about. */
export function httpDeps(changes: Partial<HttpDeps> = {}): HttpDeps {
  const unchanged = async () => ({ kind: 'unchanged', pendingCells: [] }) as const;
  return {
    log: createLog('silent'),
    pseudonym: (shopper) => pseudonym(shopper, SECRET),
    onAnswered: () => {},
    isReady: () => true,
    registry: new Registry(),
    requestTimeoutMs: 10_000,
    jwtSecret: SECRET,
    corsOrigins: [],
    nowMs: Date.now,
    placeOrder: async (request) => taken(request),
    whenSettled: async () => true,
    findOrder: async () => ({ code: 'not_found' }),
    ordersOf: async () => [],
    saleIds: () => ['friday' as SaleId],
    saleView: (id) => (id === 'friday' ? saleView(id) : null),
    setSale: unchanged,
    setOffer: unchanged,
    setSaleState: unchanged,
    audit: async () => ({ brokenPromises: [], units: {} }),
    ...changes,
  };
}

/** The header of a token for an hour. */
export function bearer(role: Role, claims: Partial<TokenClaims> = {}): { authorization: string } {
  const store = role === 'merchant' ? { store: 'store-1' } : {};
  const token = signToken(SECRET, { sub: 'u1', role, ...store, ...claims }, { ttlSeconds: 3600 });
  return { authorization: `Bearer ${token}` };
}
