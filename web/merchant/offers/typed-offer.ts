import type { Offer, OfferPatchBody, OfferTerms } from '../../../client/index.ts';
import { localInputOf, msOf, timestampOf } from '../../kit/time/timestamps.ts';
import { sameValue } from '../saving/same-value.ts';
import { countOf, minorOf, typedAmount } from '../typed/amounts.ts';

/** The terms of an offer as they are typed. An empty text means: none, or the default. */
export interface TypedOffer {
  readonly title: string;
  readonly price: string;
  readonly listPrice: string;
  readonly limitPerShopper: string;
  readonly opensAt: string;
  readonly closesAt: string;
  readonly warnKind: 'default' | 'units' | 'percent';
  readonly warnAt: string;
}

export const EMPTY_OFFER: TypedOffer = {
  title: '',
  price: '',
  listPrice: '',
  limitPerShopper: '',
  opensAt: '',
  closesAt: '',
  warnKind: 'default',
  warnAt: '',
};

/** The terms that the form shows, as either a read or a save answers them. */
export type ShownTerms = Pick<OfferTerms | Offer, 'title' | 'price' | 'listPrice'> & {
  readonly [Name in 'limitPerShopper' | 'opensAt' | 'closesAt' | 'warnAt']?:
    OfferTerms[Name] | Offer[Name] | undefined;
};

const inputOf = (time: string | null | undefined): string =>
  time === undefined || time === null ? '' : localInputOf(msOf(time));

function warnOf(warnAt: ShownTerms['warnAt']): Pick<TypedOffer, 'warnKind' | 'warnAt'> {
  if (warnAt?.units !== undefined) return { warnKind: 'units', warnAt: String(warnAt.units) };
  if (warnAt?.percent === undefined) return { warnKind: 'default', warnAt: '' };
  return { warnKind: 'percent', warnAt: String(warnAt.percent) };
}

export function typedOf(terms: ShownTerms, currency: string): TypedOffer {
  const { title, price, listPrice, limitPerShopper, opensAt, closesAt, warnAt } = terms;
  return {
    title,
    price: typedAmount(price, currency),
    listPrice: typedAmount(listPrice, currency),
    limitPerShopper: String(limitPerShopper ?? ''),
    opensAt: inputOf(opensAt),
    closesAt: inputOf(closesAt),
    ...warnOf(warnAt),
  };
}

/** What is wrong with a field that is typed. */
export type TypedFault = 'amount' | 'count' | 'percent' | 'empty';

export interface ReadPatch {
  /** Only what differs from the beginning of the edit. */
  readonly patch: OfferPatchBody;
  readonly faults: Readonly<Partial<Record<keyof TypedOffer & string, TypedFault>>>;
}

const HUNDRED = 100;

/** Reads one field: its part of the patch, or what is wrong with it. */
type Reader = (typed: TypedOffer, currency: string) => OfferPatchBody | TypedFault;

const amount =
  (field: 'price' | 'listPrice'): Reader =>
  (typed, currency) => {
    const minor = minorOf(typed[field], currency);
    return minor === null ? 'amount' : { [field]: minor };
  };

const time =
  (field: 'opensAt' | 'closesAt'): Reader =>
  (typed) => ({ [field]: typed[field] === '' ? null : timestampOf(msOf(typed[field])) });

function readWarnAt({ warnKind, warnAt }: TypedOffer): OfferPatchBody | TypedFault {
  if (warnKind === 'default') return { warnAt: null };
  const count = countOf(warnAt);
  if (count === null) return 'count';
  if (warnKind === 'units') return { warnAt: { units: count } };
  return count > HUNDRED ? 'percent' : { warnAt: { percent: count } };
}

const readers = {
  title: ({ title }) => (title.trim() === '' ? 'empty' : { title: title.trim() }),
  price: amount('price'),
  listPrice: amount('listPrice'),
  limitPerShopper: ({ limitPerShopper }) => {
    if (limitPerShopper === '') return { limitPerShopper: null };
    const count = countOf(limitPerShopper);
    return count === null || count === 0 ? 'count' : { limitPerShopper: count };
  },
  opensAt: time('opensAt'),
  closesAt: time('closesAt'),
  warnAt: readWarnAt,
} as const satisfies Record<string, Reader>;

const FIELDS = [
  'title',
  'price',
  'listPrice',
  'limitPerShopper',
  'opensAt',
  'closesAt',
  'warnAt',
] as const satisfies (keyof typeof readers)[];

const isChanged = (field: keyof typeof readers, base: TypedOffer, typed: TypedOffer): boolean =>
  base[field] !== typed[field] || (field === 'warnAt' && base.warnKind !== typed.warnKind);

/** Reads an edit. What the visitor did not touch is not sent, so others may change it meanwhile. */
export function readPatch(base: TypedOffer, typed: TypedOffer, currency: string): ReadPatch {
  let patch: OfferPatchBody = {};
  const faults: Partial<Record<keyof typeof readers, TypedFault>> = {};
  for (const field of FIELDS.filter((one) => isChanged(one, base, typed))) {
    const read = readers[field](typed, currency);
    if (typeof read === 'string') faults[field] = read;
    else patch = { ...patch, ...read };
  }
  return { patch, faults };
}

export const isEmpty = (patch: object): boolean => Object.keys(patch).length === 0;

/** Whether the offer is as the patch wants it. */
export function hasAll(terms: OfferTerms, patch: OfferPatchBody): boolean {
  const known: Readonly<Record<string, unknown>> = { ...terms };
  return Object.entries(patch).every(([field, wanted]) => {
    const value = known[field] ?? null;
    if (field === 'opensAt' || field === 'closesAt') return isSameTime(value, wanted);
    return sameValue(value, wanted);
  });
}

const isSameTime = (one: unknown, other: unknown): boolean =>
  one === other ||
  (typeof one === 'string' && typeof other === 'string' && msOf(one) === msOf(other));
