import { askJson, fieldsOf } from '../kit/api/ask-json.ts';
import type { JsonAnswer } from '../kit/api/ask-json.ts';
import type { Page } from '../kit/page/page.ts';
import type { Role } from '../kit/session/claims.ts';

/** How people sign in at this service. */
export interface Ways {
  /** The page of the platform; null: the service knows none. */
  readonly url: string | null;
  /** Whether anyone may be anybody, as in development. */
  readonly isOpen: boolean;
}

/** Who the visitor wants to be. Empty: not given. */
export interface Said {
  readonly role: Role;
  readonly name: string;
  readonly store: string;
  readonly member: string;
}

/** `name`, `store`, `member`: this field is wrong; `other`: something else. */
export type SignInFault = 'name' | 'store' | 'member' | 'other';

const CREATED = 201;
const OK = 200;

export async function readWays(page: Page, signal: AbortSignal): Promise<Ways> {
  const { status, body } = await askJson(page, { path: '/sign-in/ways', signal });
  const { url, isOpen } = fieldsOf(body);
  if (status !== OK) throw new Error(`the service answers ${status}`);
  return { url: typeof url === 'string' ? url : null, isOpen: isOpen === true };
}

/** The fields that count for the role. */
function bodyOf({ role, name, store, member }: Said): object {
  return {
    role,
    name: name.trim(),
    ...(role === 'merchant' && store.trim() !== '' ? { store: store.trim() } : {}),
    ...(role === 'shopper' && member.trim() !== '' ? { member: member.trim() } : {}),
  };
}

const FIELDS: readonly SignInFault[] = ['name', 'store', 'member'];

/** The field that the problem is about. */
function faultIn({ body }: JsonAnswer): SignInFault {
  const { errors } = fieldsOf(body);
  const [first] = Array.isArray(errors) ? errors : [];
  const pointer = String(fieldsOf(first)['pointer']);
  return FIELDS.find((field) => pointer === `/${field}`) ?? 'other';
}

/** Asks for a token. @throws when no answer came */
export async function askForToken(
  page: Page,
  said: Said,
): Promise<{ readonly token: string } | { readonly fault: SignInFault }> {
  const answer = await askJson(page, { path: '/sign-in/tokens', body: bodyOf(said) });
  const { token } = fieldsOf(answer.body);
  const isGiven = answer.status === CREATED && typeof token === 'string';
  return isGiven ? { token } : { fault: faultIn(answer) };
}

/**
 * Where the platform signs the visitor in. It comes back to `return_to` with the token in the
 * fragment.
 * @param then a path of this service, with its query
 */
export function platformAddress(url: string, origin: string, then: string): string {
  const address = new URL(url);
  address.searchParams.set('return_to', new URL(then, origin).href);
  return address.href;
}
