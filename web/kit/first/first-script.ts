import type { EarlyRequest } from '../api/early-answers.ts';
import { keptTheme, showTheme } from '../page/kept-theme.ts';
import { safeStore } from '../page/storage.ts';
import { matchPath } from '../routing/match.ts';
import { readClaims } from '../session/claims.ts';
import type { Role } from '../session/claims.ts';
import { firstToken } from '../session/first-token.ts';
import { browserTime } from '../time/browser-time.ts';

/** Who opens the page. */
interface Opener {
  /** Empty: a guest. */
  readonly token: string;
  readonly role: Role | null;
}

/** What a view needs to know to ask. */
export interface Asking {
  /** The parameters of the address, decoded. */
  readonly params: Readonly<Record<string, string>>;
  /** Null: a guest. */
  readonly role: Role | null;
  /**
   * Sends a request that the page will make, exactly as the page makes it.
   * @param path with its query
   */
  ask(path: string): void;
}

/** The views of a page by the pattern of their address. The first that fits asks. */
export type Askers = readonly (readonly [pattern: string, askAll: (asking: Asking) => void])[];

/** @returns null when the token is no longer good: whatever is asked with it is refused */
function openerOf(view: Window): Opener | null {
  const store = safeStore(() => view.sessionStorage);
  const token = firstToken(store, view.location.hash);
  if (token === null) return { token: '', role: null };
  const claims = readClaims(token);
  if (claims === null || claims.untilMs <= browserTime.now()) return null;
  return { token, role: claims.role };
}

async function receive(answer: Promise<Response>, sentMs: number): EarlyRequest['came'] {
  try {
    const response = await answer;
    if (!response.ok) return null;
    return { response, sentMs, receivedMs: browserTime.monotonic() };
  } catch {
    return null;
  }
}

/**
 * Does what a page needs before its own code has come: it takes on the theme that the visitor
 * chose, so that nothing is painted in another one, and asks for what its view will show. It is a
 * script of its own that the browser runs before it paints anything, so it must stay small.
 */
export function runFirst(view: Window, askers: Askers): void {
  const theme = keptTheme(safeStore(() => view.localStorage));
  showTheme(view.document.documentElement, theme);
  const opener = openerOf(view);
  if (opener === null) return;
  const { token, role } = opener;
  const sent: EarlyRequest[] = [];
  view.earlyRequests = sent;
  const headers = token === '' ? {} : { Authorization: `Bearer ${token}` };
  const ask: Asking['ask'] = (path) => {
    const { href: url } = new URL(path, view.location.href);
    const sentMs = browserTime.monotonic();
    const answer = view.fetch(url, { headers, cache: 'no-cache' });
    sent.push({ url, token, sentMs, came: receive(answer, sentMs) });
  };
  for (const [pattern, askAll] of askers) {
    const params = matchPath(pattern, view.location.pathname);
    if (params) return askAll({ params, role, ask });
  }
}
