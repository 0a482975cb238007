import type { Promotion } from '../../../client/index.ts';
import { useLoad, usePage, useShortcut, useWords } from '../../kit/page/hooks.ts';
import { Badge } from '../../kit/parts/show/badge.tsx';
import { Money } from '../../kit/parts/show/money.tsx';
import { EmptyState } from '../../kit/parts/tell/empty-state.tsx';
import { LoadedView } from '../../kit/parts/tell/loaded-view.tsx';
import { Skeleton } from '../../kit/parts/tell/skeleton.tsx';
import { useDesk } from '../desk/desk-context.ts';
import { changesPath, newPromotionPath, promotionPath } from '../desk/paths.ts';
import { offersWords } from '../offers/words.ts';
import { Burn } from './burn.tsx';
import { givenBy, readPromotions } from './read-promotions.ts';
import type { Promotions } from './read-promotions.ts';
import { useSentence } from './use-sentence.ts';
import { promotionsWords } from './words.ts';

const EVERY_MS = 15_000;
const LINES = 8;

interface RowProps {
  readonly promotion: Promotion;
  readonly all: Promotions;
}

function PromotionRow({ promotion, all }: RowProps) {
  const words = useWords(promotionsWords);
  const { history } = useWords(offersWords);
  const { sale } = useDesk();
  const sentence = useSentence();
  const { id, layer, coupon, budget } = promotion;
  const { discount, orders } = givenBy(all.report, id);
  const pot = all.budgets.find((one) => one.id === budget);
  return (
    <article class="offer-row">
      <h3>
        <a href={promotionPath(sale.id, id)}>{sentence(promotion)}</a>
      </h3>
      <p class="row small">
        <span>
          {words.id} {id}
        </span>
        <span class="muted">
          {words.layer} {layer}
        </span>
        {coupon && <Badge tone="quiet">{words.coupon}</Badge>}
        <span>
          {words.spent} <Money minor={discount} currency={sale.currency} />
        </span>
        <span class="muted">{words.orders(orders)}</span>
        <a href={changesPath(sale.id, `promotion:${id}`)}>{history}</a>
      </p>
      {pot ? (
        <Burn name={pot.id} spent={pot.spent} amount={pot.amount} currency={sale.currency} />
      ) : (
        <p class="muted small">{words.noBudget}</p>
      )}
    </article>
  );
}

function Spend({ report, budgets }: Promotions) {
  const words = useWords(promotionsWords);
  const { sale } = useDesk();
  const funders = [
    [words.platform, report.byFunder.platform],
    [words.store, report.byFunder.store],
  ] as const;
  return (
    <section class="stack" aria-labelledby="funders">
      <h2 id="funders">{words.byFunder}</h2>
      <dl class="facts">
        {funders.map(([name, minor]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <Money minor={minor} currency={sale.currency} />
            </dd>
          </div>
        ))}
      </dl>
      {budgets.map(({ id, store, spent, amount }) => (
        <Burn
          key={id}
          name={`${id} · ${store ?? words.platform}`}
          spent={spent}
          amount={amount}
          currency={sale.currency}
        />
      ))}
    </section>
  );
}

/** The rules that lower prices, and what each has cost so far. */
export function PromotionsView() {
  const words = useWords(promotionsWords);
  const { sale } = useDesk();
  const { router } = usePage();
  const load = useLoad(
    ({ connection: { read } }, signal) => readPromotions(read, sale.id, signal),
    [sale.id],
    { everyMs: EVERY_MS },
  );
  const make = newPromotionPath(sale.id);
  useShortcut({ key: 'n', label: words.make, run: () => router.go(make) });
  const link = (
    <a class="button button-main" href={make}>
      {words.make}
    </a>
  );
  return (
    <LoadedView load={load} skeleton={<Skeleton lines={LINES} />}>
      {(all) => (
        <div class="sections">
          {all.promotions.length === 0 ? (
            <EmptyState title={words.none} body={words.noneBody}>
              {link}
            </EmptyState>
          ) : (
            <section class="stack" aria-label={words.promotions}>
              <div>{link}</div>
              <div class="rows">
                {all.promotions.map((promotion) => (
                  <PromotionRow key={promotion.id} promotion={promotion} all={all} />
                ))}
              </div>
            </section>
          )}
          <Spend {...all} />
        </div>
      )}
    </LoadedView>
  );
}
