import { computed, signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import { readClaims } from './claims.ts';
import type { Claims } from './claims.ts';
import { TOKEN_KEY } from './first-token.ts';
import { tokenIn } from './fragment.ts';

/** The part of `sessionStorage` that keeps the token while the tab is open. */
export type TokenKeep = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** Where the page stands, and how to change its address without a request. */
export interface AddressBar {
  readonly path: string;
  readonly query: string;
  readonly fragment: string;
  replace(address: string): void;
}

/** `over`: there was a token, and the service accepts it no longer. */
export type SessionState = 'anonymous' | 'signed_in' | 'over';

/** Who the visitor is, as far as this tab knows. */
export class Session {
  readonly state: ReadonlySignal<SessionState>;
  /** Null without a token. They stay when the session is over, so that the page can go on. */
  readonly claims: ReadonlySignal<Claims | null>;
  readonly #keep: TokenKeep;
  readonly #token;
  readonly #isOver = signal(false);

  constructor(keep: TokenKeep, bar: AddressBar) {
    this.#keep = keep;
    const handed = tokenIn(bar.fragment);
    if (handed) {
      keep.setItem(TOKEN_KEY, handed.token);
      bar.replace(`${bar.path}${bar.query}${handed.rest}`);
    }
    const token = signal(keep.getItem(TOKEN_KEY));
    this.#token = token;
    this.claims = computed(() => (token.value === null ? null : readClaims(token.value)));
    this.state = computed(() => {
      if (token.value === null) return 'anonymous';
      return this.#isOver.value ? 'over' : 'signed_in';
    });
  }

  /** For the next request: empty without a token, and when it is over. Changes are watched. */
  get token(): string {
    return this.state.value === 'signed_in' ? (this.#token.value ?? '') : '';
  }

  signIn(token: string): void {
    this.#keep.setItem(TOKEN_KEY, token);
    this.#token.value = token;
    this.#isOver.value = false;
  }

  /** The service refused the token, or it expired: the visitor must sign in again. */
  end(): void {
    if (this.#token.value !== null) this.#isOver.value = true;
  }

  signOut(): void {
    this.#keep.removeItem(TOKEN_KEY);
    this.#token.value = null;
    this.#isOver.value = false;
  }
}
