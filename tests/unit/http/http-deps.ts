import type { OrderId, SaleId, StoreId } from '../../../src/domain/ids.ts';
import { orderView, plainReceipt, receiptView } from '../../../src/domain/order.ts';
import type { OrderView, PlacedOrder } from '../../../src/domain/order.ts';
import type { PaymentView } from '../../../src/domain/payment.ts';
import { DEFAULT_LAYERS } from '../../../src/domain/promotion.ts';
import type { OrderRequest, QuoteView } from '../../../src/domain/pricing/quote.ts';
import type {
  RefundPreview,
  RefundRequest,
  RefundView,
} from '../../../src/domain/refunds/refund.ts';
import type { HttpDeps } from '../../../src/http/deps.ts';
import type { Role } from '../../../src/domain/people/actor.ts';
import { bearer as bearerOf } from '../../../proof/builders/secrets.ts';
import { idleApi } from '../../../proof/openapi/idle-api.ts';
import type { TokenClaims } from '../../../src/process/cli/people/sign-token.ts';
import type { NamedOrder } from '../../../src/service/selling/named-order.ts';
import type { Placed } from '../../../src/service/selling/shared-by-lanes.ts';
import type { SaleView } from '../../../src/service/terms/sale-view.ts';

export const saleView = (id: string, terms: Partial<SaleView> = {}): SaleView => ({
  id,
  name: 'A drop',
  currency: 'CNY',
  state: 'open',
  opensAt: '2025-01-01T00:00:00.000Z',
  closesAt: '2099-01-01T00:00:00.000Z',
  visibleFrom: null,
  payWithinSeconds: 900,
  cells: 1,
  rulesVersion: 1,
  layers: DEFAULT_LAYERS,
  pointsRate: 1,
  holdsPerShopper: 20,
  cooldown: { after: 3, seconds: 600 },
  clawback: false,
  access: [],
  offers: [],
  promotions: [],
  budgets: [],
  ...terms,
});

const receipt = ({ lines }: Pick<OrderRequest, 'lines'>) => {
  const store = 'store-1' as StoreId;
  return plainReceipt(lines.map((line) => ({ ...line, store, priceMinor: 990 })));
};

export function placedOrder(request: Pick<OrderRequest, 'sale' | 'lines'>): PlacedOrder {
  return {
    id: `${request.sale}_0_0123456789abcdefghijkl` as OrderId,
    sale: request.sale as SaleId,
    ...receipt(request),
    payByMs: Date.UTC(2030, 0, 1),
    rulesVersion: 3,
  };
}

/** An order as a GET shows it. */
export const named = (view: OrderView): NamedOrder => ({
  ...view,
  createdAt: '2025-01-01T00:00:00.000Z',
  currency: 'CNY',
  lines: view.lines.map((line) => ({ ...line, title: 'A mug' })),
});

/** The service’s answer to an order that it accepts or has accepted before. */
export const taken = (request: OrderRequest, isReplay = false): Placed => ({
  order: placedOrder(request),
  isReplay,
  cell: { id: { sale: request.sale, cell: 0 } } as Placed['cell'],
  seq: isReplay ? null : 1,
});

export const quoted = (request: Pick<OrderRequest, 'sale' | 'lines'>): QuoteView => ({
  sale: request.sale,
  ...receiptView(receipt(request)),
  rulesVersion: 3,
  near: [],
  unused: [],
  problems: [],
  coupons: [],
  exhaustive: true,
});

const NO_BALANCES = { points: 0, pointsUsed: 0, redPacket: 0, redPacketUsed: 0 };

const PLACED = placedOrder({ sale: 'friday', lines: [] });
export const NO_UNITS = {
  cap: 0,
  debt: 0,
  unassigned: 0,
  allotted: 0,
  held: 0,
  sold: 0,
  buried: 0,
  unsettled: 0,
  available: 0,
};
const NO_CAP = { asked: 0, effective: 0, committed: 0, debt: 0 };

export const paymentView = (order: string): PaymentView => ({
  id: `${order}_p1`,
  order,
  state: 'open',
  amount: 1980,
  currency: 'CNY',
  provider: 'sandbox',
  payBy: '2030-01-01T00:00:00.000Z',
  url: 'https://pay.example/1',
});

type AskedRefund = Pick<RefundRequest, 'order' | 'lines' | 'restock'>;

export const refundView = ({ order, lines, restock }: AskedRefund): RefundView => ({
  id: 'refund-1',
  order,
  state: 'partly_refunded',
  cash: 990,
  redPacket: 0,
  points: 0,
  coupons: [],
  lines: lines.map((line) => ({ ...line, cash: 990, redPacket: 0 })),
  restocked: restock,
});

export function refundPreview(asked: Omit<AskedRefund, 'restock'>): RefundPreview {
  const { id: _, restocked: __, ...view } = refundView({ ...asked, restock: false });
  return { ...view, clawedBack: 0 };
}

const missing = async () => ({ code: 'not_found' }) as const;
const unchanged = async () => ({ kind: 'unchanged', pendingCells: [] }) as const;

const selling: HttpDeps['selling'] = {
  placeOrder: async (request) => taken(request),
  noteRefusal: () => {},
  whenSettled: async () => 'reserved',
  findOrderOf: missing,
  ordersOf: async () => [],
  quote: async (request) => quoted(request),
  claim: async ({ sale, promotion }) => ({
    claim: { id: `${sale}_0_claim`, sale, promotion, amount: 0 },
    isReplay: false,
  }),
  walletOf: async () => ({ points: 0, redPacket: 0, coupons: [] }),
};

export const emptyReport = (sale: string) => ({
  sale,
  asOf: '2025-01-01T00:00:00.000Z',
  total: 0,
  byFunder: { platform: 0, store: 0 },
  rows: [],
});

const orders: HttpDeps['orders'] = {
  startPayment: async (order) => ({ view: paymentView(order), isNew: true }),
  cancelOrder: async (order) => ({ ...named(orderView(PLACED, 'cancelled', true)), id: order }),
  cancelByOperator: async (order) => ({
    ...named(orderView(PLACED, 'cancelled', true)),
    id: order,
  }),
  movesOf: async () => [],
  refundOrder: async (request) => ({ view: refundView(request), isReplay: false }),
  previewRefund: async (asked) => refundPreview(asked),
  receivePaymentEvent: async () => ({ outcome: 'moved' }),
  report: async (sale) => emptyReport(sale),
};

const NOTHING_READ = { items: [], next: null } as const;

const reading: HttpDeps['reading'] = {
  sellerOrders: async () => NOTHING_READ,
  allSellerOrders: async () => (async function* none() {})(),
  orderDetails: async () => ({ code: 'not_found' }),
  ordersOfShopper: async () => NOTHING_READ,
  budgetsOf: async () => [],
  figuresByMinute: async () => ({ currency: 'CNY', minutes: [] }),
  saleFigures: async (sale) => ({ sale, currency: 'CNY', asOfMs: 0, stores: [], offers: [] }),
};

const terms: HttpDeps['terms'] = {
  saleIds: () => ['friday' as SaleId],
  saleHeadById: (id) => saleView(id),
  saleViewById: (id) => (id === 'friday' ? saleView(id) : null),
  // A stream would never end.
  liveFiguresById: () => null,
  liveStockById: () => null,
  offersPageById: () => null,
  setSale: unchanged,
  setSaleState: unchanged,
  setOffer: unchanged,
  patchOffer: async () => ({ cap: NO_CAP, pendingCells: [] }),
  setBudget: unchanged,
  setPromotion: unchanged,
  previewPromotion: missing,
  grantCoupons: unchanged,
  setBalances: async (_sale, shopper) => ({
    kind: 'unchanged',
    view: { shopper, ...NO_BALANCES },
    pendingCells: [],
  }),
  termsOfSale: missing,
  termsOfOffer: missing,
  termsOfBudget: missing,
  termsOfPromotion: missing,
  promotionsOf: async () => [],
  balancesOfShopper: missing,
  compareFile: async () => ({ changes: [], version: null }),
  applyFile: async () => ({
    kind: 'applied',
    plan: { changes: [], version: null },
    pendingCells: [],
  }),
  deleteSale: unchanged,
  deleteOffer: unchanged,
  deleteBudget: unchanged,
  deletePromotion: unchanged,
};

const webhooks: HttpDeps['webhooks'] = {
  setWebhook: async (_sale, { isEnabled: enabled = true, ...webhook }, { store: owner }) => ({
    view: { ...webhook, owner, enabled },
    version: 'v1',
  }),
  patchWebhook: missing,
  webhooksOf: async () => ({ items: [], next: null }),
  webhookOf: missing,
  testWebhook: missing,
  deleteWebhook: async () => ({ kind: 'removed' }),
  rotateWebhook: async ({ id, store: owner }) => {
    return { id, url: 'https://a.example', kinds: [], store: null, owner, enabled: true };
  },
  webhookDeliveries: async () => ({ items: [], next: null }),
  webhookDelivery: async () => ({ code: 'not_found' }),
  replayDelivery: async () => ({ code: 'not_found' }),
  replayDeliveries: async () => ({ replayed: 0, passedOver: 0 }),
};

const ops: HttpDeps['ops'] = {
  deadLetters: async () => NOTHING_READ,
  deadLetter: missing,
  replayLetter: missing,
  releaseLetter: missing,
  readProcesses: async () => [],
  glanceAtSales: async () => [],
  changesOfAll: async () => NOTHING_READ,
};

const rooms = { selling, orders, reading, terms, webhooks, ops };

/** Use cases of any room, by name, that a test puts in place of the stub’s. */
export type Changes = Partial<
  Omit<HttpDeps, keyof typeof rooms> &
    HttpDeps['selling'] &
    HttpDeps['orders'] &
    HttpDeps['reading'] &
    HttpDeps['terms'] &
    HttpDeps['webhooks'] &
    HttpDeps['ops']
>;

function roomsWith(changes: Changes): typeof rooms {
  const changed = Object.entries(rooms).map(([name, room]) => {
    const own = Object.entries(changes).filter(([useCase]) => useCase in room);
    return [name, { ...room, ...Object.fromEntries(own) }];
  });
  return Object.fromEntries(changed) as typeof rooms;
}

/** Services that accept everything and know the sale `friday`; a test replaces what it is about. */
export function httpDeps(changes: Changes = {}): HttpDeps {
  return {
    ...idleApi(),
    audit: async () => ({ brokenPromises: [], units: NO_UNITS }),
    changesOf: async () => ({ items: [], next: null }),
    saleStatus: async (sale) => ({ sale, asOfMs: 0, waiting: [], unresolved: [], audit: null }),
    ...changes,
    ...roomsWith(changes),
  };
}

/** The header of a token for an hour. */
export function bearer(role: Role, claims: Partial<TokenClaims> = {}): { authorization: string } {
  const store = role === 'merchant' ? { store: 'store-1' } : {};
  return { authorization: bearerOf({ sub: 'u1', role, ...store, ...claims }) };
}
