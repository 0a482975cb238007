import { signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import type { Claim } from '../../../client/index.ts';
import { keptSignal } from '../../kit/session/kept.ts';
import type { Kept } from '../../kit/session/kept.ts';
import type { Store } from '../../kit/page/storage.ts';
import { isOpenEnded, refusalOf } from '../refusal.ts';
import type { Refusal } from '../refusal.ts';

/** How far the grab of one promotion is. */
export type Grab =
  | { readonly state: 'grabbing' }
  | { readonly state: 'grabbed'; readonly claim: Claim }
  | { readonly state: 'failed'; readonly refusal: Refusal };

type Grabs = Readonly<Record<string, Grab>>;
/** By shopper and promotion; a key stays until its answer is known. */
type Keys = Readonly<Record<string, string>>;

export interface GrabDeps {
  readonly keys: Kept<Keys>;
  readonly claim: (promotion: string, key: string) => Promise<Claim>;
  readonly newKey: () => string;
  /** A coupon or a red packet has come. */
  readonly onGrabbed: () => void;
}

function readKeys(stored: unknown): Keys | null {
  if (typeof stored !== 'object' || stored === null) return null;
  const pairs = Object.entries(stored).filter(
    (pair): pair is [string, string] =>
      typeof pair[1] === 'string' && /^[\w-]{1,64}$/.test(pair[1]),
  );
  return Object.fromEntries(pairs);
}

export const keptKeys = (store: Store, sale: string): Kept<Keys> =>
  keptSignal<Keys>(store, `grabs.${sale}`, {}, readKeys);

/** Grabs coupons and red packets, each tap once. */
export class CouponGrabs {
  readonly now: ReadonlySignal<Grabs>;
  readonly #now = signal<Grabs>({});
  readonly #deps: GrabDeps;

  constructor(deps: GrabDeps) {
    this.now = this.#now;
    this.#deps = deps;
  }

  grab(promotion: string, shopper: string): void {
    if (this.#now.peek()[promotion]?.state === 'grabbing') return;
    const { keys, newKey, claim, onGrabbed } = this.#deps;
    const name = `${shopper} ${promotion}`;
    const key = keys.value.peek()[name] ?? newKey();
    keys.value.value = { ...keys.value.peek(), [name]: key };
    this.#set(promotion, { state: 'grabbing' });
    claim(promotion, key).then(
      (claimed) => {
        this.#forget(name);
        this.#set(promotion, { state: 'grabbed', claim: claimed });
        onGrabbed();
      },
      (error: unknown) => {
        const refusal = refusalOf(error);
        if (!isOpenEnded(refusal)) this.#forget(name);
        this.#set(promotion, { state: 'failed', refusal });
      },
    );
  }

  #set(promotion: string, grab: Grab): void {
    this.#now.value = { ...this.#now.peek(), [promotion]: grab };
  }

  #forget(name: string): void {
    const { keys } = this.#deps;
    const { [name]: _done, ...rest } = keys.value.peek();
    keys.value.value = rest;
  }
}
