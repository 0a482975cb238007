import type { Actor } from '../../../domain/people/actor.ts';
import { isRefusal } from '../../../domain/refusals.ts';
import type { Refusal } from '../../../domain/refusals.ts';
import type { SaleDocument } from '../../../http/sale-file/read-sale-file.ts';
import { systemTime } from '../../../platform/time.ts';
import type { Changed } from '../../../service/cells/apply-change-to-cells.ts';
import {
  grantCoupons,
  setBalances,
  setBudget,
  setPromotion,
} from '../../../service/terms/change-promotions.ts';
import { setOffer, setSale } from '../../../service/terms/change-sale.ts';
import { grantKey } from '../grant-key.ts';
import type { Core } from '../../wiring/wire-core.ts';
import { progress } from '../progress.ts';
import { fail, note, say } from '../session.ts';

/** A refusal in words for people. */
export function reason(refusal: Refusal): string {
  switch (refusal.code) {
    case 'conflict':
      return refusal.detail;
    case 'not_found':
      return 'there is no such sale';
    case 'invalid':
      return refusal.errors.map(({ pointer, detail }) => `${pointer}: ${detail}`).join('; ');
    default:
      return refusal.code;
  }
}

/** Says how a change went. @returns false when it was refused */
export function told(what: string, answer: Changed | Refusal): answer is Changed {
  if (isRefusal(answer)) fail([`${what}: ${reason(answer)}`]);
  else if (answer.pendingCells.length > 0) {
    say(`${what}: ${answer.kind}; cells ${answer.pendingCells.join(', ')} follow shortly`);
  }
  return !isRefusal(answer);
}

/** One list of a sale file, with a function that sets each item. */
interface List {
  /** Plural, e.g. `offers`. */
  readonly what: string;
  readonly items: readonly { readonly name: string; set(): Promise<Changed | Refusal> }[];
}

/** @returns false at the first refusal; earlier items stay set and are unchanged the next time */
async function applyList(sale: string, { what, items }: List): Promise<boolean> {
  const kinds = { created: 0, changed: 0, unchanged: 0 };
  const step = progress(what, items.length, { time: systemTime, tell: note });
  for (const [at, { name, set }] of items.entries()) {
    const answer = await set();
    if (!told(`${sale}/${name}`, answer)) return false;
    kinds[answer.kind]++;
    step(at + 1);
  }
  const { created, changed, unchanged } = kinds;
  say(`${what}: ${created} created, ${changed} changed, ${unchanged} unchanged`);
  return true;
}

/** The lists in an order in which each needs only those before it. */
function listsOf(core: Core, document: SaleDocument, actor: Actor): List[] {
  const { id: sale, offers, budgets, promotions, coupons, balances } = document;
  const list = <Item>(
    what: string,
    items: readonly Item[],
    nameOf: (item: Item) => string,
    set: (item: Item) => Promise<Changed | Refusal>,
  ): List => ({
    what,
    items: items.map((item) => ({ name: nameOf(item), set: () => set(item) })),
  });
  const idOf = ({ id }: { readonly id: string }) => id;
  return [
    list('offers', offers, idOf, (offer) => setOffer(core, sale, offer, actor)),
    list('budgets', budgets, idOf, (budget) => setBudget(core, sale, budget, actor)),
    list('promotions', promotions, idOf, (promotion) => setPromotion(core, sale, promotion, actor)),
    list(
      'coupons',
      coupons,
      ({ promotion }) => promotion,
      (grant) => grantCoupons(core, sale, { ...grant, key: grantKey(grant) }, actor),
    ),
    list(
      'balances',
      balances,
      ({ shopper }) => shopper,
      ({ shopper, ...given }) => setBalances(core, sale, shopper, given, actor),
    ),
  ];
}

/** Brings a sale to what its file says. Lists that the file leaves out stay as they are. */
export async function applySale(core: Core, document: SaleDocument, actor: Actor): Promise<void> {
  const { id, terms, stores } = document;
  const sale = await setSale(core, id, terms, actor, stores);
  if (!told(id, sale)) return;
  say(`${id}: ${sale.kind}`);
  for (const list of listsOf(core, document, actor)) {
    const isShown = list.items.length > 0 || list.what === 'offers';
    if (isShown && !(await applyList(id, list))) {
      return note('Everything before it is applied. Fix the file, then apply it again.');
    }
  }
}
