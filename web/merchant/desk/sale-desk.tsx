import type { ComponentType } from 'preact';
import { useLoad, usePage, useShortcut, useWords } from '../../kit/page/hooks.ts';
import { Choice } from '../../kit/parts/ask/choice.tsx';
import { Admit, SignedIn } from '../../kit/parts/frame/admit.tsx';
import { PageFrame } from '../../kit/parts/frame/page-frame.tsx';
import { ShortcutList } from '../../kit/parts/frame/shortcut-list.tsx';
import { Tabs } from '../../kit/parts/frame/tabs.tsx';
import { SaleStateWord } from '../../kit/parts/show/badge.tsx';
import { LoadedView } from '../../kit/parts/tell/loaded-view.tsx';
import { Skeleton } from '../../kit/parts/tell/skeleton.tsx';
import { DeskContext } from './desk-context.ts';
import { VIEWS, filePath, viewPath } from './paths.ts';
import type { View } from './paths.ts';
import { readWholeSale, storesOf } from './whole-sale.ts';
import type { WholeSale } from './whole-sale.ts';
import { merchantWords } from '../words.ts';

interface SaleDeskProps {
  readonly sale: string;
  /** The tab that is open; `file` is one of operators. */
  readonly view: View | 'file';
  readonly Content: ComponentType;
}

/** Stock and figures come more often, by reads of their own. */
const EVERY_MS = 10_000;
const SKELETON_LINES = 8;

interface ViewShortcutProps {
  readonly sale: string;
  readonly view: View;
  /** From 0. */
  readonly at: number;
}

/** One key for each view: 1 is the first tab. */
function ViewShortcut({ sale, view, at }: ViewShortcutProps) {
  const words = useWords(merchantWords);
  const { router } = usePage();
  const label = words.goTo(words.tabs[view]);
  useShortcut({ key: String(at + 1), label, run: () => router.go(viewPath(sale, view)) });
  return null;
}

function DeskTabs({ sale, view }: { readonly sale: string; readonly view: View | 'file' }) {
  const words = useWords(merchantWords);
  const isOperator = usePage().session.claims.value?.role === 'operator';
  const tabs = VIEWS.map((one) => ({
    href: viewPath(sale, one),
    text: words.tabs[one],
    isCurrent: one === view,
  }));
  const file = { href: filePath(sale), text: words.tabs.file, isCurrent: view === 'file' };
  const all = { href: '/merchant', text: words.allSales };
  return <Tabs label={words.views} tabs={[...tabs, ...(isOperator ? [file] : []), all]} />;
}

/** Which store an operator looks at; it stands in the address. */
function StoreChoice({ sale }: { readonly sale: WholeSale }) {
  const words = useWords(merchantWords);
  const { router } = usePage();
  const stores = storesOf(sale);
  if (stores.length < 2) return null;
  const options = stores.map((store) => ({ value: store, text: store }));
  return (
    <Choice
      label={words.store}
      value={router.query('store').value}
      options={[{ value: '', text: words.allStores }, ...options]}
      onChoose={(store) => router.setQuery({ store })}
    />
  );
}

function DeskContent({ sale: id, Content }: Pick<SaleDeskProps, 'sale' | 'Content'>) {
  const { session, router } = usePage();
  const load = useLoad(
    ({ connection: { read } }, signal) => readWholeSale(read, id, signal),
    [id],
    { everyMs: EVERY_MS },
  );
  const isOperator = session.claims.value?.role === 'operator';
  const ownStore = session.claims.value?.store ?? null;
  const chosen = router.query('store').value;
  const shownStore = ownStore ?? (chosen === '' ? null : chosen);
  return (
    <LoadedView load={load} skeleton={<Skeleton lines={SKELETON_LINES} />}>
      {(sale) => (
        <DeskContext.Provider
          value={{ sale, ownStore, shownStore, isOperator, refresh: load.again }}
        >
          <div class="desk-head">
            <h2 class="desk-name">{sale.name}</h2>
            <SaleStateWord state={sale.state} />
            {isOperator && <StoreChoice sale={sale} />}
          </div>
          {/* Another address begins anew, also in the same kind of view. */}
          <Content key={router.path.value} />
        </DeskContext.Provider>
      )}
    </LoadedView>
  );
}

/** The frame around every view of a sale: its name, its tabs and its keys. */
export function SaleDesk({ sale, view, Content }: SaleDeskProps) {
  const words = useWords(merchantWords);
  return (
    <PageFrame
      title={words.tabs[view]}
      aside={<SignedIn />}
      below={<DeskTabs sale={sale} view={view} />}
    >
      {VIEWS.map((one, at) => (
        <ViewShortcut key={one} sale={sale} view={one} at={at} />
      ))}
      <Admit roles={['merchant', 'operator']}>
        <DeskContent key={sale} sale={sale} Content={Content} />
      </Admit>
      <ShortcutList />
    </PageFrame>
  );
}
