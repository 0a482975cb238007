import type { SaleId, ShopperId } from '../../domain/ids.ts';
import type { Actor } from '../../domain/people/actor.ts';
import { budgetFaults, promotionFaults } from '../../domain/pricing/promotion-faults.ts';
import { MAX_HELD, MAX_POINTS } from '../../domain/promotion.ts';
import type { Budget, Promotion } from '../../domain/promotion.ts';
import { isRefusal } from '../../domain/refusals.ts';
import type { Refusal } from '../../domain/refusals.ts';
import { MAX_ACTIVITY_MINOR } from '../../domain/sale.ts';
import type { Fault } from '../../domain/sale.ts';
import { ANY } from '../../domain/terms/expected-version.ts';
import type { Expected } from '../../domain/terms/expected-version.ts';
import { balancesOf } from '../../ledger/books/balances.ts';
import { putBalances } from '../../ledger/terms/put-balances.ts';
import type { Balances } from '../../ledger/books/balances.ts';
import type { GivenBalances } from '../../ledger/terms/put-balances.ts';
import * as coupons from '../../ledger/terms/grant-coupons.ts';
import { putBudget } from '../../ledger/terms/put-budget.ts';
import { putPromotion } from '../../ledger/terms/promotions/put-promotion.ts';
import { applyChange, poolAfterCommit } from '../cells/apply-change-to-cells.ts';
import type { ApplyDeps, Changed } from '../cells/apply-change-to-cells.ts';

/** What a shopper was granted in all and used, once a change of it is in the ledger. */
export interface BalancesSet extends Changed {
  readonly view: Balances & { readonly shopper: string };
}

export async function setBudget(
  deps: ApplyDeps,
  sale: SaleId,
  budget: Budget,
  actor: Actor,
  expected: Expected = ANY,
): Promise<Changed | Refusal> {
  const errors = budgetFaults(budget);
  if (errors.length > 0) return { code: 'invalid', errors };
  return applyChange(deps, sale, await putBudget(deps.pool, sale, budget, actor, expected));
}

export async function setPromotion(
  deps: ApplyDeps,
  sale: SaleId,
  promotion: Promotion,
  actor: Actor,
  expected: Expected = ANY,
): Promise<Changed | Refusal> {
  const errors = promotionFaults(promotion);
  if (errors.length > 0) return { code: 'invalid', errors };
  const change = await putPromotion(deps.pool, sale, promotion, actor, expected);
  return applyChange(deps, sale, change);
}

function grantFaults({ shoppers, each }: coupons.Grant): Fault[] {
  const seen = new Set<string>();
  const twice = shoppers.flatMap((shopper, i) => {
    if (seen.size < seen.add(shopper).size) return [];
    return [{ pointer: `/shoppers/${i}`, detail: 'is listed twice' }];
  });
  if (each >= 1 && each <= MAX_HELD) return twice;
  return [...twice, { pointer: '/each', detail: `must be from 1 to ${MAX_HELD}` }];
}

/** Gives coupons of a promotion, once for each key. */
export async function grantCoupons(
  deps: ApplyDeps,
  sale: SaleId,
  grant: coupons.Grant,
  actor: Actor,
): Promise<Changed | Refusal> {
  const errors = grantFaults(grant);
  if (errors.length > 0) return { code: 'invalid', errors };
  return applyChange(deps, sale, await coupons.grantCoupons(deps.pool, sale, grant, actor));
}

function balanceFaults({ points = 0, redPacketMinor = 0 }: GivenBalances): Fault[] {
  const isWithin = (value: number, most: number) => value >= 0 && value <= most;
  return [
    ...(isWithin(points, MAX_POINTS)
      ? []
      : [{ pointer: '/points', detail: `must be from 0 to ${MAX_POINTS}` }]),
    ...(isWithin(redPacketMinor, MAX_ACTIVITY_MINOR)
      ? []
      : [{ pointer: '/redPacket', detail: `must be from 0 to ${MAX_ACTIVITY_MINOR}` }]),
  ];
}

/** Sets what a shopper was granted in all; an absent balance stays as it is. */
export async function setBalances(
  deps: ApplyDeps,
  sale: SaleId,
  shopper: ShopperId,
  given: GivenBalances,
  actor: Actor,
  expected: Expected = ANY,
): Promise<BalancesSet | Refusal> {
  const errors = balanceFaults(given);
  if (errors.length > 0) return { code: 'invalid', errors };
  const change = await putBalances(deps.pool, sale, shopper, given, actor, expected);
  const changed = await applyChange(deps, sale, change);
  if (isRefusal(changed)) return changed;
  const balances = await balancesOf(poolAfterCommit(deps), sale, shopper);
  return { ...changed, view: { shopper, ...balances } };
}
