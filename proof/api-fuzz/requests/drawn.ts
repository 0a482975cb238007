import type { Operation } from '../document/api-document.ts';
import type { Caller } from '../world/callers.ts';

/** A request; ids of the world stand in it as `{{order:3}}` until it is sent. */
export interface Drawn {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly caller: Caller;
  /** Goes to the app with narrow rate limits. */
  readonly isNarrow: boolean;
  /** Signed as an event of the payment provider. */
  readonly isSigned: boolean;
}

/** A request with the operation that it is for; null: it is for none. */
export interface DrawnFor {
  readonly operation: Operation | null;
  readonly drawn: Drawn;
}
