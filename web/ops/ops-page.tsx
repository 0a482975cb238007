import { usePage, useWords } from '../kit/page/hooks.ts';
import { Admit, SignedIn } from '../kit/parts/frame/admit.tsx';
import { PageFrame } from '../kit/parts/frame/page-frame.tsx';
import { ShortcutList } from '../kit/parts/frame/shortcut-list.tsx';
import { Tabs } from '../kit/parts/frame/tabs.tsx';
import { EmptyState } from '../kit/parts/tell/empty-state.tsx';
import { matchPath } from '../kit/routing/match.ts';
import { SalesList } from '../kit/sales/sales-list.tsx';
import { kitWords } from '../kit/words/kit-words.ts';
import { opsWords } from './words.ts';

function View() {
  const { notFound } = useWords(kitWords);
  const { path } = usePage().router;
  if (!matchPath('/ops', path.value)) {
    return <EmptyState title={notFound.title} body={notFound.body} />;
  }
  return (
    <Admit roles={['operator']}>
      <SalesList />
    </Admit>
  );
}

export function OpsPage() {
  const words = useWords(opsWords);
  const tabs = [
    { href: '/ops', text: words.sales },
    { href: '/docs/', text: words.reference },
  ];
  return (
    <PageFrame
      title={words.title}
      aside={<SignedIn />}
      below={<Tabs label={words.views} tabs={tabs} />}
    >
      <View />
      <ShortcutList />
    </PageFrame>
  );
}
