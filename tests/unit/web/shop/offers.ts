import type { GetSaleResponse } from '../../../../client/index.ts';

type Offer = GetSaleResponse['offers'][number];

/** An offer of the cart lane, in stock. */
export const offer = (id: string, more: Partial<Offer> = {}): Offer => ({
  id,
  store: 'kiln',
  title: `The ${id}`,
  price: 1_000,
  listPrice: 1_200,
  limitPerShopper: null,
  lane: 'cart',
  categories: [],
  excludes: [],
  opensAt: null,
  closesAt: null,
  access: [],
  paused: false,
  image: null,
  stock: 'in_stock',
  ...more,
});

/** An open sale. */
export const sale = (more: Partial<GetSaleResponse> = {}): GetSaleResponse => ({
  id: 'eleven',
  name: 'Double Eleven',
  currency: 'CNY',
  state: 'open',
  opensAt: '2026-11-11T12:00:00.000Z',
  closesAt: '2026-11-12T12:00:00.000Z',
  visibleFrom: null,
  payWithinSeconds: 900,
  cells: 1,
  rulesVersion: 1,
  layers: [],
  pointsRate: 1,
  holdsPerShopper: 64,
  cooldown: { after: 64, seconds: 0 },
  clawback: false,
  access: [],
  offers: [],
  promotions: [],
  nextOffers: null,
  serverTime: '2026-11-11T12:00:00.000Z',
  ...more,
});

/** What a tab keeps, in memory. */
export class MemoryStore {
  readonly kept = new Map<string, string>();
  getItem(key: string): string | null {
    return this.kept.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.kept.set(key, value);
  }
  removeItem(key: string): void {
    this.kept.delete(key);
  }
}
