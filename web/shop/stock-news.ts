import type { GetSaleResponse } from '../../client/index.ts';
import type { StreamEvent } from '../kit/api/event-parser.ts';
import { msOf } from '../kit/time/timestamps.ts';
import { fieldsOf } from './fields.ts';
import type { ShopWords } from './words.ts';

type Sale = GetSaleResponse;
type StockLevel = Sale['offers'][number]['stock'];

/** What an event of the stream changes. */
export interface News {
  /** By offer; null: the offer is gone. */
  readonly stock: ReadonlyMap<string, StockLevel | null>;
  readonly terms: Partial<Pick<Sale, 'state' | 'opensAt' | 'closesAt'>>;
  /** The server's time as it sent the event; null: the event has none. */
  readonly serverMs: number | null;
}

const STATES: readonly string[] = ['draft', 'open', 'paused', 'closed'] satisfies Sale['state'][];
const LEVELS: readonly string[] = ['in_stock', 'low', 'sold_out'] satisfies StockLevel[];
const isState = (word: unknown): word is Sale['state'] => STATES.some((state) => state === word);
const isLevel = (word: unknown): word is StockLevel => LEVELS.some((level) => level === word);

function saleNews(fields: Readonly<Record<string, unknown>>): News {
  const { state, opensAt, closesAt, serverTime } = fields;
  return {
    stock: new Map(),
    terms: {
      ...(isState(state) ? { state } : {}),
      ...(typeof opensAt === 'string' ? { opensAt } : {}),
      ...(typeof closesAt === 'string' ? { closesAt } : {}),
    },
    serverMs: typeof serverTime === 'string' ? msOf(serverTime) : null,
  };
}

function stockNews(fields: Readonly<Record<string, unknown>>): News {
  const words = Object.entries(fieldsOf(fields['offers']));
  const stock = words.flatMap(([offer, word]) =>
    isLevel(word) || word === null ? [[offer, word] as const] : [],
  );
  return { stock: new Map(stock), terms: {}, serverMs: null };
}

/** @returns null for an event that this page does not know */
export function newsOf({ name, data }: StreamEvent): News | null {
  if (name === 'sale') return saleNews(fieldsOf(JSON.parse(data)));
  return name === 'stock' ? stockNews(fieldsOf(JSON.parse(data))) : null;
}

/** The sale after the news, and the titles of offers that have sold out or come back. */
export interface Applied {
  readonly sale: Sale;
  readonly soldOut: readonly string[];
  readonly back: readonly string[];
}

/** What is said of the news, in one go: of several texts only the last would be heard. */
export const newsText = (
  { soldOut, back }: Pick<Applied, 'soldOut' | 'back'>,
  { nowSoldOut, nowBack }: Pick<ShopWords, 'nowSoldOut' | 'nowBack'>,
): string => [...soldOut.map(nowSoldOut), ...back.map(nowBack)].join(' ');

/** @param told the offers whose shopper is told otherwise that they are back */
export function applyNews(
  sale: Sale,
  { stock, terms }: News,
  told: ReadonlySet<string> = new Set(),
): Applied {
  const soldOut: string[] = [];
  const back: string[] = [];
  const offers = sale.offers.flatMap((offer) => {
    const word = stock.get(offer.id);
    if (word === null) return [];
    if (word === undefined || word === offer.stock) return [offer];
    if (word === 'sold_out') soldOut.push(offer.title);
    else if (offer.stock === 'sold_out' && !told.has(offer.id)) back.push(offer.title);
    return [{ ...offer, stock: word }];
  });
  return { sale: { ...sale, ...terms, offers }, soldOut, back };
}
