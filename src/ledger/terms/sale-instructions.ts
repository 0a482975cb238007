import type { PoolClient } from 'pg';
import type { Rules } from '../../domain/pricing/cart.ts';
import type { SaleId } from '../../domain/ids.ts';
import type { Instruction } from '../../domain/inbox-instruction.ts';
import { rulesFields, rulesOf } from '../../domain/pricing/rules-of-sale.ts';
import type { SaleTerms } from '../../domain/sale.ts';
import { query, rows } from '../../platform/query.ts';
import type { Queryable } from '../../platform/query.ts';
import { budgetsOfSale } from './budget-rows.ts';
import { promotionsOfSale } from './sale-rules.ts';
import type { SaleRow } from '../sale-row.ts';

const MS = 1000;
const raise = query<{ rules_version: number }>('terms/sales/raise-rules-version');

/** @returns the rules version from here on */
export async function raiseRulesVersion(client: PoolClient, sale: SaleId): Promise<number> {
  return (await rows(client, raise, [sale]))[0]!.rules_version;
}

export async function rulesOfSale(on: Queryable, sale: SaleRow): Promise<Rules> {
  const budgets = await budgetsOfSale(on, sale.id);
  return rulesOf({ ...sale, budgets, promotions: await promotionsOfSale(on, sale.id) });
}

/** A sale's window, time to pay and limits on unpaid orders, as every cell needs them. */
export const termsInstruction = (terms: SaleTerms, rulesVersion: number): Instruction => ({
  kind: 'sale',
  opens_at: terms.opensAtMs,
  closes_at: terms.closesAtMs,
  pay_within: terms.payWithinS * MS,
  hold_limit: terms.holdsPerShopper,
  cooldown_after: terms.cooldownAfter,
  cooldown: terms.cooldownS * MS,
  rules_version: rulesVersion,
});

/** All rules of a sale as they stand, as every cell needs them. */
export async function rulesInstruction(on: Queryable, sale: SaleRow): Promise<Instruction> {
  const rules = await rulesOfSale(on, sale);
  return { kind: 'rules', rules_version: rules.version, fields: rulesFields(rules) };
}

/** The same under a new version. */
export async function raisedRulesInstruction(
  client: PoolClient,
  sale: SaleRow,
): Promise<Instruction> {
  const rulesVersion = await raiseRulesVersion(client, sale.id);
  return rulesInstruction(client, { ...sale, rulesVersion });
}
