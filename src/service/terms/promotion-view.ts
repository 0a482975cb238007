import type { Effect, Promotion } from '../../domain/promotion.ts';

export type Shown<Fields> = { readonly [Name in keyof Fields]?: NonNullable<Fields[Name]> };

/** A promotion in the words it was set with; a list or field it does not have is left out. */
export interface PromotionView extends Shown<
  Pick<Promotion, 'stores' | 'offers' | 'categories' | 'members' | 'budget' | 'claims'>
> {
  readonly id: string;
  readonly layer: string;
  readonly fullPriceOnly: boolean;
  readonly coupon: boolean;
  readonly effect: Shown<Effect>;
  readonly funder: string;
}

/** The fields that are there: none is null. */
export function present<Fields extends object>(fields: Fields): Shown<Fields> {
  const there = Object.entries(fields).filter(([, value]) => value !== null);
  return Object.fromEntries(there) as Shown<Fields>;
}

export function promotionView(promotion: Promotion): PromotionView {
  const { id, layer, stores, offers, categories, members, budget, claims } = promotion;
  return {
    id,
    layer,
    ...present({ stores, offers, categories, members }),
    fullPriceOnly: promotion.isFullPriceOnly,
    coupon: promotion.isCoupon,
    effect: present(promotion.effect),
    ...present({ budget }),
    funder: promotion.funder,
    ...present({ claims }),
  };
}
