import { usePage } from '../kit/page/hooks.ts';
import type { Page } from '../kit/page/page.ts';
import type { Role } from '../kit/session/claims.ts';
import { returnAddress } from '../kit/session/sign-in-address.ts';

/** Where a visitor goes who came from no page. */
const HOMES: Readonly<Record<Role, string>> = {
  shopper: '/sign-in',
  merchant: '/merchant',
  operator: '/ops',
};

/** The page that the visitor came from. */
export function cameFrom({ router }: Page, otherwise: string): string {
  const then = router.query('then').value;
  return returnAddress(then === '' ? null : then, otherwise);
}

/** Signs the visitor in, and leads back. */
export function useEnter(): (token: string, role: Role) => void {
  const page = usePage();
  return (token, role) => {
    const to = cameFrom(page, HOMES[role]);
    page.session.signIn(token);
    page.router.go(to);
  };
}
