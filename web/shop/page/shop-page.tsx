import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { usePage, useWords } from '../../kit/page/hooks.ts';
import { PageFrame } from '../../kit/parts/frame/page-frame.tsx';
import { EmptyState } from '../../kit/parts/tell/empty-state.tsx';
import { matchPath } from '../../kit/routing/match.ts';
import { kitWords } from '../../kit/words/kit-words.ts';
import { OrderView } from '../order/order-view.tsx';
import { OrdersView } from '../order/orders-view.tsx';
import { SaleView } from '../sale/sale-view.tsx';
import { shopWords } from '../words.ts';

type Params = Readonly<Record<string, string>>;

const VIEWS: readonly (readonly [pattern: string, view: (params: Params) => VNode])[] = [
  ['/s/:sale', ({ sale = '' }) => <SaleView key={sale} sale={sale} />],
  ['/s/:sale/orders', ({ sale = '' }) => <OrdersView key={sale} sale={sale} />],
  [
    '/s/:sale/orders/:order',
    ({ sale = '', order = '' }) => <OrderView key={order} sale={sale} order={order} />,
  ],
];

export function ShopPage() {
  const words = useWords(shopWords);
  const { notFound } = useWords(kitWords);
  const { path } = usePage().router;
  const shown = useRef(path.value);
  useEffect(() => {
    // Each view has a frame of its own, so the focus is lost with the old one.
    if (shown.current !== path.value) {
      document.querySelector<HTMLElement>('#content')?.focus({ preventScroll: true });
    }
    shown.current = path.value;
  }, [path.value]);
  for (const [pattern, view] of VIEWS) {
    const params = matchPath(pattern, path.value);
    if (params) return view(params);
  }
  return (
    <PageFrame title={words.title}>
      <EmptyState title={notFound.title} body={notFound.body} />
    </PageFrame>
  );
}
