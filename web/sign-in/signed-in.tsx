import { answerOf, listSales } from '../../client/index.ts';
import { useLoad, usePage, useWords } from '../kit/page/hooks.ts';
import { Button } from '../kit/parts/ask/button.tsx';
import { SaleStateWord } from '../kit/parts/show/badge.tsx';
import { EmptyState } from '../kit/parts/tell/empty-state.tsx';
import { LoadedView } from '../kit/parts/tell/loaded-view.tsx';
import { Skeleton } from '../kit/parts/tell/skeleton.tsx';
import type { Claims } from '../kit/session/claims.ts';
import { kitWords } from '../kit/words/kit-words.ts';
import { signInWords } from './words.ts';

const EVERY_MS = 10_000;
const LINES = 3;
const DESKS = { merchant: '/merchant', operator: '/ops' } as const;

/** The sales that the visitor may open, each with its address in the shop. */
function Sales() {
  const words = useWords(signInWords);
  const load = useLoad(
    ({ connection: { read } }, signal) => answerOf(listSales({ client: read, signal })),
    [],
    { everyMs: EVERY_MS },
  );
  return (
    <section class="stack" aria-labelledby="sales">
      <h2 id="sales">{words.sales}</h2>
      <LoadedView load={load} skeleton={<Skeleton lines={LINES} />}>
        {({ items }) => (
          <ul class="stack">
            {items.length === 0 && <li class="muted">{words.noSales}</li>}
            {items.map(({ id, name, state }) => (
              <li key={id} class="row">
                <a href={`/s/${id}`}>{name}</a>
                <SaleStateWord state={state} />
              </li>
            ))}
          </ul>
        )}
      </LoadedView>
    </section>
  );
}

/** Who the visitor is, and where to go. */
export function SignedInView({ claims: { sub, role } }: { readonly claims: Claims }) {
  const words = useWords(signInWords);
  const kit = useWords(kitWords);
  const { session } = usePage();
  return (
    <div class="stack">
      <EmptyState title={words.signedIn} body={words.signedInBody(sub)}>
        <div class="row">
          {role !== 'shopper' && (
            <a class="button button-main" href={DESKS[role]}>
              {words.desks[role]}
            </a>
          )}
          <Button onPress={() => session.signOut()}>{kit.signOut}</Button>
        </div>
      </EmptyState>
      <Sales />
    </div>
  );
}
