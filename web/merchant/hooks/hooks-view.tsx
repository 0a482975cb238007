import { answerOf, listWebhooks } from '../../../client/index.ts';
import type { Webhook } from '../../../client/index.ts';
import { useLoad, usePage, useShortcut, useWords } from '../../kit/page/hooks.ts';
import { Badge } from '../../kit/parts/show/badge.tsx';
import { EmptyState } from '../../kit/parts/tell/empty-state.tsx';
import { LoadedView } from '../../kit/parts/tell/loaded-view.tsx';
import { Skeleton } from '../../kit/parts/tell/skeleton.tsx';
import { useDesk } from '../desk/desk-context.ts';
import { hookPath, newHookPath } from '../desk/paths.ts';
import { readPages } from '../desk/read-pages.ts';
import { hooksWords } from './words.ts';

const EVERY_MS = 30_000;
const LINES = 6;

function HookRow({ hook }: { readonly hook: Webhook }) {
  const words = useWords(hooksWords);
  const { sale, ownStore } = useDesk();
  const { id, url, kinds, enabled, owner } = hook;
  return (
    <article class="offer-row">
      <div class="row">
        {/* Only their owner can open endpoints. */}
        <h3>{owner === ownStore ? <a href={hookPath(sale.id, id)}>{id}</a> : id}</h3>
        <Badge tone={enabled ? 'good' : 'quiet'}>{enabled ? words.enabled : words.disabled}</Badge>
        {owner !== null && <span class="muted small">{words.ownedBy(owner)}</span>}
      </div>
      <p class="small">{url}</p>
      <p class="muted small">{kinds.join(' · ')}</p>
    </article>
  );
}

/** The endpoints that get the events of the sale. */
export function HooksView() {
  const words = useWords(hooksWords);
  const { sale } = useDesk();
  const { router } = usePage();
  const make = newHookPath(sale.id);
  useShortcut({ key: 'n', label: words.make, run: () => router.go(make) });
  const load = useLoad(
    ({ connection: { read } }, signal) => {
      const path = { sale: sale.id };
      return readPages((query) => answerOf(listWebhooks({ client: read, path, query, signal })));
    },
    [sale.id],
    { everyMs: EVERY_MS },
  );
  const link = (
    <a class="button button-main" href={make}>
      {words.make}
    </a>
  );
  return (
    <LoadedView load={load} skeleton={<Skeleton lines={LINES} />}>
      {(hooks) =>
        hooks.length === 0 ? (
          <EmptyState title={words.none} body={words.noneBody}>
            {link}
          </EmptyState>
        ) : (
          <section class="stack" aria-label={words.hooks}>
            <div>{link}</div>
            <div class="rows">
              {hooks.map((hook) => (
                <HookRow key={`${hook.owner ?? ''}/${hook.id}`} hook={hook} />
              ))}
            </div>
          </section>
        )
      }
    </LoadedView>
  );
}
