import { usePage, useWords } from '../kit/page/hooks.ts';
import { Button } from '../kit/parts/ask/button.tsx';
import { EmptyState } from '../kit/parts/tell/empty-state.tsx';
import { SalesList } from '../kit/sales/sales-list.tsx';
import type { Claims } from '../kit/session/claims.ts';
import { kitWords } from '../kit/words/kit-words.ts';
import { signInWords } from './words.ts';

const DESKS = { merchant: '/merchant', operator: '/ops' } as const;

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
      <SalesList />
    </div>
  );
}
