import type { PoolClient } from 'pg';
import type { OfferTraits, PastTerms } from '../../domain/refunds/clawback.ts';
import type { SaleId } from '../../domain/ids.ts';
import type { Promotion } from '../../domain/promotion.ts';
import type { SaleTerms } from '../../domain/sale.ts';
import { query, rows, run } from '../../platform/query.ts';
import type { Queryable } from '../../platform/query.ts';
import { offersOfSale } from './offer-rows.ts';
import { promotionsOfSale } from './sale-rules.ts';
import type { SaleRow } from '../sale-row.ts';

type PricingTerms = Pick<SaleTerms, 'layers' | 'pointsRate'>;

/** The history's name for something that prices an order. */
export type TermsSubject = 'sale' | `offer:${string}` | `promotion:${string}`;
export type TermsBody = PricingTerms | OfferTraits | Promotion;

interface TermsRow {
  readonly subject: TermsSubject;
  readonly body: TermsBody;
}

const raise = query<{ rules_version: number }>('terms/sales/raise-rules-version');
const record = query('terms/history/record');
const at = query<TermsRow>('terms/history/terms-of-version');

/** @returns the sale's new rules version, which orders record from then on */
export async function raiseRulesVersion(client: PoolClient, sale: SaleId): Promise<number> {
  return (await rows(client, raise, [sale]))[0]!.rules_version;
}

const pricingTerms = ({ layers, pointsRate }: PricingTerms): PricingTerms => ({
  layers,
  pointsRate,
});

const offerTraits = (offer: OfferTraits): OfferTraits => {
  const { listPriceMinor, lane, categories, excludes } = offer;
  return { listPriceMinor, lane, categories, excludes };
};

/** Keeps the fields that price orders. */
function pricing({ subject, body }: TermsRow): TermsBody {
  if (subject === 'sale') return pricingTerms(body as PricingTerms);
  return subject.startsWith('offer:') ? offerTraits(body as OfferTraits) : body;
}

async function insertTerms(
  client: PoolClient,
  sale: SaleId,
  version: number,
  list: readonly TermsRow[],
): Promise<void> {
  const bodies = list.map((row) => JSON.stringify(pricing(row)));
  await run(client, record, [sale, version, list.map(({ subject }) => subject), bodies]);
}

/**
 * Writes the terms that a subject has from a rules version on, in the transaction that raised the
 * version. A later refund can then price the units that a shopper keeps by the order's own terms. A
 * subject changes at most once in a version.
 */
export const recordTerms = (
  client: PoolClient,
  sale: SaleId,
  version: number,
  subject: TermsSubject,
  body: TermsBody,
): Promise<void> => insertTerms(client, sale, version, [{ subject, body }]);

/** At the sale's first opening, writes everything that prices its first orders. */
export async function recordAllTerms(client: PoolClient, sale: SaleRow): Promise<void> {
  const offers = await offersOfSale(client, sale.id);
  const promotions = await promotionsOfSale(client, sale.id);
  await insertTerms(client, sale.id, sale.rulesVersion, [
    { subject: 'sale', body: sale },
    ...offers.map((offer): TermsRow => ({ subject: `offer:${offer.id}`, body: offer })),
    ...promotions.map((one): TermsRow => ({ subject: `promotion:${one.id}`, body: one })),
  ]);
}

/** The bodies of one kind of subject, by id. */
const ofKind = <Body>(list: readonly TermsRow[], kind: 'offer' | 'promotion'): Map<string, Body> =>
  new Map(
    list
      .filter(({ subject }) => subject.startsWith(`${kind}:`))
      .map(({ subject, body }) => [subject.slice(kind.length + 1), body as Body]),
  );

/**
 * Reads the terms that priced the orders of a rules version.
 * @param offers the offers of interest; the answer lacks those that the history does not have
 */
export async function termsAt(
  on: Queryable,
  sale: SaleId,
  rulesVersion: number,
  offers: readonly string[],
): Promise<PastTerms> {
  const list = await rows(on, at, [sale, rulesVersion, offers]);
  const terms = list.find(({ subject }) => subject === 'sale');
  if (!terms) throw new Error(`sale ${sale} has no terms as of version ${rulesVersion}`);
  return {
    ...(terms.body as PricingTerms),
    rulesVersion,
    promotions: [...ofKind<Promotion>(list, 'promotion').values()],
    offers: ofKind<OfferTraits>(list, 'offer'),
  };
}
