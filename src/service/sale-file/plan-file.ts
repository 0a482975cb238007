import type { SaleId } from '../../domain/ids.ts';
import type { Offer, OfferPut } from '../../domain/sale.ts';
import type { Promotion } from '../../domain/promotion.ts';
import { NOT_FOUND } from '../../domain/refusals.ts';
import {
  budgetConflict,
  budgetsBound,
  grantConflict,
  payerConflict,
  promotionConflict,
  promotionsBound,
  referenceFaults,
} from '../../domain/terms/promotion-conflicts.ts';
import {
  balancesConflict,
  layersConflict,
  newOfferConflict,
  offerConflict,
  saleConflict,
  storesConflict,
} from '../../domain/terms/sale-conflicts.ts';
import type { Present } from '../../ledger/sale-file/read-present.ts';
import * as versions from '../../ledger/versions.ts';
import { promotionView } from '../terms/promotion-view.ts';
import { budgetTermsView, offerTermsView, saleTermsView } from '../terms/terms-views.ts';
import { conflict, planned } from './plan.ts';
import type { PlannedChange } from './plan.ts';
import type { SaleContents } from './sale-contents.ts';

/** A sale file and the sale that it is compared with. */
interface Sides {
  readonly file: SaleContents;
  readonly now: Present;
}

const byId = <One extends { readonly id: string }>(list: readonly One[]): Map<string, One> =>
  new Map(list.map((one) => [one.id, one]));

/** The state in which the file finds the sale; a new sale is a draft. */
const stateOf = ({ now }: Sides) => now.sale?.state ?? 'draft';

function planSale({ file, now }: Sides, id: SaleId): PlannedChange {
  const { terms } = file;
  const stores = file.stores ?? now.stores;
  const head = { ...terms, id, state: 'draft', rulesVersion: 1 } as const;
  const detail =
    (now.sale &&
      (saleConflict(now.sale, terms) ?? layersConflict(now.sale, terms, now.promotions))) ??
    storesConflict(now.leftOut);
  return planned(
    { list: 'sale', at: 0, name: id },
    {
      before: now.sale && saleTermsView(now.sale, now.stores),
      after: saleTermsView(
        head,
        stores.toSorted((a, b) => (a.store < b.store ? -1 : 1)),
      ),
      version: now.sale && versions.saleVersion(now.sale, now.stores),
      why: conflict(detail),
    },
  );
}

const offerAfter = (offer: OfferPut, now: Offer | undefined): Offer => ({
  ...offer,
  isPaused: offer.isPaused ?? now?.isPaused ?? false,
});

function planOffers(sides: Sides): PlannedChange[] {
  const { file, now } = sides;
  const known = byId(now.offers);
  let all = known.size;
  return file.offers.map((offer, at) => {
    const before = known.get(offer.id);
    const bound = before ? null : newOfferConflict({ all, ofStore: 0 }, offer.store, null);
    if (!before) all++;
    return planned(
      { list: 'offers', at, name: offer.id },
      {
        before: before ? offerTermsView(before) : null,
        after: offerTermsView(offerAfter(offer, before)),
        version: before ? versions.offerVersion(before) : null,
        why: conflict(offerConflict(stateOf(sides), before ?? null, offer) ?? bound),
      },
    );
  });
}

function planBudgets(sides: Sides): PlannedChange[] {
  const { file, now } = sides;
  const known = byId(now.budgets);
  return file.budgets.map((budget, at) => {
    const before = known.get(budget.id);
    const others = [...known.values()].filter((one) => one !== before);
    known.set(budget.id, before ?? budget);
    const detail =
      budgetConflict(stateOf(sides), before, budget) ??
      budgetsBound(others, budget) ??
      payerConflict(now.promotions, budget);
    return planned(
      { list: 'budgets', at, name: budget.id },
      {
        before: before ? budgetTermsView(before) : null,
        after: budgetTermsView(budget),
        version: before ? versions.budgetVersion(before) : null,
        why: conflict(detail),
      },
    );
  });
}

/** Promotions come after the other lists, so they see those as the file sets them. */
function planPromotions(sides: Sides): PlannedChange[] {
  const { file, now } = sides;
  const known = byId(now.promotions);
  const members = [...now.stores, ...(file.stores ?? []), ...file.offers];
  const around = {
    sale: file.terms,
    stores: new Set(members.map(({ store }) => store)),
    offers: new Set([...now.offers, ...file.offers].map(({ id }) => id)),
    budgets: [...byId([...now.budgets, ...file.budgets]).values()],
  };
  return file.promotions.map((promotion, at) => {
    const before = known.get(promotion.id);
    const others = [...known.values()].filter((one) => one !== before);
    known.set(promotion.id, before ?? promotion);
    const errors = referenceFaults(around, promotion);
    const detail =
      promotionConflict(stateOf(sides), before, promotion) ?? promotionsBound(others, null, null);
    return planned(
      { list: 'promotions', at, name: promotion.id },
      {
        before: before ? promotionView(before) : null,
        after: promotionView(promotion),
        version: before ? versions.promotionVersion(before) : null,
        why: errors.length > 0 ? { code: 'invalid', errors } : conflict(detail),
      },
    );
  });
}

/** A grant that was made before has the same key, and changes nothing. */
function planGrants(sides: Sides): PlannedChange[] {
  const { file, now } = sides;
  const promotions = byId<Promotion>([...now.promotions, ...file.promotions]);
  return file.coupons.map(({ promotion: id, shoppers, each }, at) => {
    const { word, mostHeld } = now.grants[at]!;
    const promotion = promotions.get(id);
    const after = { shoppers: shoppers.length, each };
    return planned(
      { list: 'coupons', at, name: id },
      {
        before: word === 'same' ? after : null,
        after,
        version: null,
        why: promotion
          ? conflict(grantConflict(stateOf(sides), promotion, each, mostHeld))
          : NOT_FOUND,
      },
    );
  });
}

const NOTHING = { points: 0, redPacket: 0 };
const isNothing = (one: typeof NOTHING) => one.points === 0 && one.redPacket === 0;

function planBalances(sides: Sides): PlannedChange[] {
  const { file, now } = sides;
  const known = new Map(
    now.balances.map(({ shopper, points, redPacket }) => [shopper, { points, redPacket }]),
  );
  return file.balances.map(({ shopper, points, redPacketMinor }, at) => {
    const before = known.get(shopper) ?? NOTHING;
    const after = {
      points: points ?? before.points,
      redPacket: redPacketMinor ?? before.redPacket,
    };
    const rise = {
      points: after.points - before.points,
      redPacketMinor: after.redPacket - before.redPacket,
    };
    return planned(
      { list: 'balances', at, name: shopper },
      {
        before: isNothing(before) && !isNothing(after) ? null : before,
        after,
        version: versions.balancesVersion(before),
        why: conflict(balancesConflict(stateOf(sides), rise)),
      },
    );
  });
}

/**
 * Compares a sale file with the sale, thing by thing, in an order in which each needs only those
 * before it. The rules are those by which the ledger accepts or refuses each change.
 */
export function planFile(id: SaleId, file: SaleContents, now: Present): PlannedChange[] {
  const sides = { file, now };
  return [
    planSale(sides, id),
    ...planOffers(sides),
    ...planBudgets(sides),
    ...planPromotions(sides),
    ...planGrants(sides),
    ...planBalances(sides),
  ];
}
