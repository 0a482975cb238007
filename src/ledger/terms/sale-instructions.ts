import type { PoolClient } from 'pg';
import type { Instruction } from '../../domain/inbox-instruction.ts';
import { rulesFields } from '../../domain/pricing/rules-of-sale.ts';
import type { Promotion } from '../../domain/promotion.ts';
import { accessText } from '../../domain/terms/opening.ts';
import type { Offer, SaleTerms } from '../../domain/sale.ts';
import type { Queryable } from '../../platform/query.ts';
import type { SaleRow } from '../sale-row.ts';
import { rulesOfSale } from './sale-rules.ts';
import { raiseRulesVersion, recordTerms } from './terms-history.ts';

const MS = 1000;

/** Tells a cell the sale's window, the time to pay and the limits on unpaid orders. */
export const termsInstruction = (terms: SaleTerms, rulesVersion: number): Instruction => ({
  kind: 'sale',
  opens_at: terms.opensAtMs,
  closes_at: terms.closesAtMs,
  pay_within: terms.payWithinS * MS,
  hold_limit: terms.holdsPerShopper,
  cooldown_after: terms.cooldownAfter,
  cooldown: terms.cooldownS * MS,
  access: accessText(terms.access),
  rules_version: rulesVersion,
});

/** Tells a cell an offer's terms. */
export function offerInstruction(offer: Offer): Extract<Instruction, { kind: 'offer' }> {
  return {
    kind: 'offer',
    offer: offer.id,
    store: offer.store,
    lane: offer.lane,
    price: offer.priceMinor,
    limit: offer.limitPerShopper ?? 0,
    opens_at: offer.opensAtMs ?? 0,
    closes_at: offer.closesAtMs ?? 0,
    full_price: offer.priceMinor === offer.listPriceMinor,
    categories: offer.categories,
    excludes: offer.excludes,
    paused: offer.isPaused,
    access: accessText(offer.access),
  };
}

/** Tells a cell all rules of a sale under the version that `sale` names. */
export async function rulesInstruction(on: Queryable, sale: SaleRow): Promise<Instruction> {
  const rules = await rulesOfSale(on, sale);
  return { kind: 'rules', rules_version: rules.version, fields: rulesFields(rules) };
}

/** Raises the sale's rules version, then tells a cell all rules under the new version. */
export async function raisedRulesInstruction(
  client: PoolClient,
  sale: SaleRow,
): Promise<Instruction> {
  const rulesVersion = await raiseRulesVersion(client, sale.id);
  return rulesInstruction(client, { ...sale, rulesVersion });
}

/** Raises the rules version and writes the promotion into the history under it. */
export async function nextRules(
  client: PoolClient,
  sale: SaleRow,
  promotion: Promotion,
): Promise<Instruction> {
  const rulesVersion = await raiseRulesVersion(client, sale.id);
  await recordTerms(client, sale.id, rulesVersion, `promotion:${promotion.id}`, promotion);
  return rulesInstruction(client, { ...sale, rulesVersion });
}
