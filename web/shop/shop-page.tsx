import { usePage, useWords } from '../kit/page/hooks.ts';
import { PageFrame } from '../kit/parts/frame/page-frame.tsx';
import { EmptyState } from '../kit/parts/tell/empty-state.tsx';
import { matchPath } from '../kit/routing/match.ts';
import { kitWords } from '../kit/words/kit-words.ts';
import { SaleView } from './sale-view.tsx';
import { shopWords } from './words.ts';

export function ShopPage() {
  const words = useWords(shopWords);
  const { notFound } = useWords(kitWords);
  const { path } = usePage().router;
  const found = matchPath('/s/:sale', path.value);
  if (found?.['sale'] !== undefined) return <SaleView key={found['sale']} sale={found['sale']} />;
  return (
    <PageFrame title={words.title}>
      <EmptyState title={notFound.title} body={notFound.body} />
    </PageFrame>
  );
}
