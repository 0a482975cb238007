import type { ListSellerOrdersData } from '../../../client/index.ts';
import type { Router } from '../../kit/routing/router.ts';
import { msOf, timestampOf } from '../../kit/time/timestamps.ts';

type Query = NonNullable<ListSellerOrdersData['query']>;
export type OrderState = NonNullable<Query['state']>;

export const STATES = [
  'reserved',
  'paid',
  'partly_refunded',
  'refunded',
  'expired',
  'cancelled',
] as const satisfies readonly OrderState[];

const isState = (word: string): word is OrderState => STATES.some((state) => state === word);

/** The names of filters in the address; the store is chosen for all views. */
export const FILTERS = ['state', 'offer', 'shopper', 'from', 'until'] as const;
export type FilterName = (typeof FILTERS)[number];
export type Filters = Readonly<Record<FilterName, string>>;

export function filtersIn(router: Pick<Router, 'query'>): Filters {
  const read = (name: FilterName) => router.query(name).value;
  return {
    state: read('state'),
    offer: read('offer'),
    shopper: read('shopper'),
    from: read('from'),
    until: read('until'),
  };
}

export const isFiltered = (filters: Filters): boolean =>
  FILTERS.some((name) => filters[name] !== '');

const isTime = (text: string): boolean => !Number.isNaN(msOf(text));

/** What the list and the export ask for. Times stand in the address as in the visitor's place. */
export function queryOf(filters: Filters, store: string | null): Query {
  const { state, offer, shopper, from, until } = filters;
  return {
    ...(isState(state) ? { state } : {}),
    ...(offer === '' ? {} : { offer }),
    ...(shopper === '' ? {} : { shopper }),
    ...(isTime(from) ? { placedFrom: timestampOf(msOf(from)) } : {}),
    ...(isTime(until) ? { placedUntil: timestampOf(msOf(until)) } : {}),
    ...(store === null ? {} : { store }),
  };
}

/** The sale, the cell, and 22 random characters. */
const ORDER_ID = /^[a-z0-9][a-z0-9-]{0,31}_\d{1,3}_[A-Za-z0-9_-]{22}$/;

/** Whether a search is for one order. */
export const isOrderId = (text: string): boolean => ORDER_ID.test(text);
