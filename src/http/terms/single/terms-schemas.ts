import Type from 'typebox';
import { named, strict } from '../../schemas.ts';
import { LayerView } from '../promotion-views.ts';
import { SaleMember, accessRows } from '../sale-views.ts';

const text = Type.String();
const count = Type.Integer();
const ids = Type.Array(text);
const optionalText = Type.Optional(text);

/** As the PUT takes them, with defaults filled in; an absent field without one stays absent. */
export const SaleTermsView = named(
  'SaleTerms',
  strict({
    id: text,
    name: text,
    currency: text,
    opensAt: text,
    closesAt: text,
    visibleFrom: optionalText,
    payWithinSeconds: count,
    cells: count,
    layers: Type.Array(LayerView),
    pointsRate: count,
    holdsPerShopper: count,
    cooldown: strict({ after: count, seconds: count }),
    clawback: Type.Boolean(),
    access: accessRows,
    stores: Type.Array(SaleMember),
  }),
);

export const OfferTermsView = named(
  'OfferTerms',
  strict({
    id: text,
    store: text,
    title: text,
    price: count,
    listPrice: count,
    cap: Type.Integer({ description: 'The cap that was set last.' }),
    limitPerShopper: Type.Optional(count),
    lane: text,
    categories: ids,
    excludes: ids,
    opensAt: optionalText,
    closesAt: optionalText,
    access: accessRows,
    paused: Type.Boolean(),
    warnAt: Type.Optional(
      strict({ units: Type.Optional(count), percent: Type.Optional(count) }, 'Absent: 10 percent.'),
    ),
    image: optionalText,
  }),
);

export const BudgetTermsView = named(
  'BudgetTerms',
  strict({
    id: text,
    store: Type.Optional(Type.String({ description: 'Absent: the platform pays.' })),
    amount: count,
    policy: text,
  }),
);
