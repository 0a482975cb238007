import type { ComponentType } from 'preact';
import { usePage, useWords } from '../../kit/page/hooks.ts';
import { Admit, SignedIn } from '../../kit/parts/frame/admit.tsx';
import { PageFrame } from '../../kit/parts/frame/page-frame.tsx';
import { ShortcutList } from '../../kit/parts/frame/shortcut-list.tsx';
import { Tabs } from '../../kit/parts/frame/tabs.tsx';
import { EmptyState } from '../../kit/parts/tell/empty-state.tsx';
import { matchPath } from '../../kit/routing/match.ts';
import { SalesList } from '../../kit/sales/sales-list.tsx';
import { kitWords } from '../../kit/words/kit-words.ts';
import { viewPath } from '../desk/paths.ts';
import type { View } from '../desk/paths.ts';
import { SaleDesk } from '../desk/sale-desk.tsx';
import { merchantWords } from '../words.ts';
import { viewsOf } from './views.tsx';

type Match = {
  readonly sale: string;
  readonly view: View | 'file';
  readonly Content: ComponentType;
};

function viewAt(path: string): Match | null {
  for (const { pattern, view, draw } of viewsOf) {
    const found = matchPath(pattern, path);
    if (found) return { sale: found['sale']!, view, Content: draw };
  }
  return null;
}

function Home() {
  const words = useWords(merchantWords);
  const { notFound } = useWords(kitWords);
  const { path } = usePage().router;
  const tabs = [
    { href: '/merchant', text: words.sales },
    { href: '/docs/', text: words.reference },
  ];
  return (
    <PageFrame
      title={words.title}
      aside={<SignedIn />}
      below={<Tabs label={words.views} tabs={tabs} />}
    >
      {matchPath('/merchant', path.value) ? (
        <Admit roles={['merchant', 'operator']}>
          <SalesList hrefOf={(sale) => viewPath(sale, 'today')} />
        </Admit>
      ) : (
        <EmptyState title={notFound.title} body={notFound.body} />
      )}
      <ShortcutList />
    </PageFrame>
  );
}

export function MerchantPage() {
  const { path } = usePage().router;
  const found = viewAt(path.value);
  return found ? <SaleDesk {...found} /> : <Home />;
}
