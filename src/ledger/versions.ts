import { hash } from 'node:crypto';
import { canonicalJson } from '../domain/terms/canonical-json.ts';
import type { Budget, Promotion } from '../domain/promotion.ts';
import type { Offer, SaleStore, SaleTerms } from '../domain/sale.ts';
import type { Webhook } from '../domain/webhook.ts';
import type { SaleRow } from './sale-row.ts';

/**
 * The version of a thing is a hash of its terms. Equal terms have equal versions, so a version says
 * whether a thing is as its reader saw it, and no counter has to be kept. Figures that move by
 * themselves, such as units, are not part of it.
 */
const VERSION_CHARACTERS = 22;

const versionOf = (terms: object): string =>
  hash('sha256', canonicalJson(terms), 'base64url').slice(0, VERSION_CHARACTERS);

/** @param stores the members of the sale, in any order */
export function saleVersion(
  sale: SaleTerms & Partial<Pick<SaleRow, 'id' | 'state' | 'rulesVersion'>>,
  stores: readonly SaleStore[],
): string {
  const { id: _, state: __, rulesVersion: ___, ...terms } = sale;
  const members = stores.toSorted((one, other) => (one.store < other.store ? -1 : 1));
  return versionOf({ ...terms, stores: members });
}

/** @param offer also as a row of the ledger, with its sale and the units that cells have */
export function offerVersion(
  offer: Offer & { readonly sale?: string; readonly assigned?: number },
) {
  const { sale: _, assigned: __, ...terms } = offer;
  return versionOf(terms);
}

export const budgetVersion = ({ id, store, amountMinor, policy }: Budget): string =>
  versionOf({ id, store, amountMinor, policy });

export const promotionVersion = (promotion: Promotion): string => versionOf(promotion);

/** Only what was given: orders do not change the version. */
export const balancesVersion = (given: { readonly points: number; readonly redPacket: number }) =>
  versionOf({ points: given.points, redPacket: given.redPacket });

/** The version of a whole sale, given those of everything in it. */
export const wholeVersion = (parts: readonly string[]): string => versionOf(parts);

export const webhookVersion = ({ id, url, kinds, store, isEnabled }: Webhook): string =>
  versionOf({ id, url, kinds: kinds.toSorted(), store, isEnabled });
