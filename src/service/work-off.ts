import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { Pool } from 'pg';
import { callKey } from '../domain/payment.ts';
import type { PaymentAlert, PaymentMove, ProviderCallKind } from '../domain/payment.ts';
import { leaseCalls, recordAnswer, recordAway, recordRefused } from '../ledger/provider-calls.ts';
import type { DueCall } from '../ledger/provider-calls.ts';
import { ProviderAway } from '../provider/port.ts';
import type { CallAnswer, PaymentProvider } from '../provider/port.ts';
import type { Courier } from './courier.ts';

/** What came of a call: where it left the payment, or that it is tried again, or given up. */
export type CallOutcome = 'captured' | 'voided' | 'refunded' | 'away' | 'refused' | 'dead';

export interface WorkOffDeps {
  readonly pool: Pool;
  /** Null: none is configured, and nothing is asked. */
  readonly provider: PaymentProvider | null;
  readonly courier: Pick<Courier, 'push'>;
  readonly onCall?: (kind: ProviderCallKind, outcome: CallOutcome) => void;
  readonly onAlert: (alert: PaymentAlert) => void;
  /** Aborted: no more calls are begun. */
  readonly signal?: AbortSignal;
  /** A fault of the provider's client: its call counts as not answered. */
  readonly onError: (error: Error) => void;
}

const CALLS_AT_ONCE = 32;
const CALLS_A_RUN = 32_000;
/** While calls are under way: what became due meanwhile does not wait for them. */
const LOOK_AGAIN_MS = 100;
/** When the process ends: what is not answered by then is asked again, with the same key. */
const STOP_MS = 4_000;

type Answer = CallAnswer | { readonly state: 'away'; readonly detail: string };

async function ask(deps: WorkOffDeps, provider: PaymentProvider, call: DueCall): Promise<Answer> {
  const { ref, amountMinor, currency } = call;
  try {
    return await provider[call.kind]({ ref, key: callKey(call), amountMinor, currency });
  } catch (error) {
    if (!(error instanceof ProviderAway)) deps.onError(error as Error);
    return { state: 'away', detail: (error as Error).message };
  }
}

/**
 * Where an answer leaves the payment. Of a capture or void, refunded is as good as voided: the
 * shopper has the money.
 */
function moveOf(call: DueCall, state: 'captured' | 'voided' | 'refunded'): PaymentMove | null {
  if (call.kind === 'refund') return null;
  return state === 'captured' ? 'captured' : 'voided';
}

async function record(deps: WorkOffDeps, call: DueCall, answer: Answer): Promise<CallOutcome> {
  const { pool } = deps;
  switch (answer.state) {
    case 'refused':
      await recordRefused(pool, call, answer.detail);
      return 'refused';
    case 'away':
      return (await recordAway(pool, call, answer.detail)) === 'dead' ? 'dead' : 'away';
    default: {
      if (call.kind === 'refund' && answer.state === 'captured') {
        const why = 'it is captured still';
        return (await recordAway(pool, call, why)) === 'dead' ? 'dead' : 'away';
      }
      const cell = await recordAnswer(pool, call, moveOf(call, answer.state));
      if (answer.state === 'captured') void deps.courier.push(cell);
      return answer.state;
    }
  }
}

async function make(deps: WorkOffDeps, provider: PaymentProvider, call: DueCall): Promise<void> {
  const answer = await ask(deps, provider, call);
  const outcome = await record(deps, call, answer);
  deps.onCall?.(call.kind, outcome);
  if (outcome !== 'refused' && outcome !== 'dead') return;
  const { id, payment, order, kind } = call;
  const detail = `${kind}: ${'detail' in answer ? answer.detail : outcome}`;
  deps.onAlert({ what: 'call_dead', id: `call-${id}`, payment, order, detail });
}

const when = (signal: AbortSignal): Promise<unknown> =>
  signal.aborted ? Promise.resolve() : once(signal, 'abort');

/** Calls under way; one that ends makes room for another at once. */
class UnderWay {
  readonly #calls = new Set<Promise<void>>();
  #fault: unknown = null;

  get size(): number {
    return this.#calls.size;
  }

  get hasFault(): boolean {
    return this.#fault !== null;
  }

  add(call: Promise<void>): void {
    const one = call
      .catch((fault: unknown) => (this.#fault ??= fault))
      .then(() => void this.#calls.delete(one));
    this.#calls.add(one);
  }

  /** Resolves when one has ended, or after a while. */
  async some(waitMs: number): Promise<void> {
    await this.#atMost(Promise.race(this.#calls), waitMs);
  }

  /** Resolves when all have ended, or a while after the signal. @throws the first fault */
  async all(signal: AbortSignal | undefined): Promise<void> {
    const ends = Promise.all(this.#calls);
    const isStopped = signal && when(signal);
    if (isStopped) await Promise.race([ends, isStopped]);
    else await ends;
    await this.#atMost(ends, STOP_MS);
    if (this.#fault !== null) throw this.#fault;
  }

  async #atMost(ends: Promise<unknown>, waitMs: number): Promise<void> {
    const over = new AbortController();
    const pause = wait(waitMs, undefined, { signal: over.signal }).catch(() => {});
    await Promise.race([ends, pause]);
    over.abort();
  }
}

/**
 * Asks the provider all that is due, captures first, 32 at once, outside any transaction. Any
 * number of workers may: each call is one worker's for 30 s, a refund for 120 s, and a call made
 * twice has the same key. A slow one keeps the others from nothing but its own place.
 * @returns how many calls were made, at most 32,000; what is left is the next run's
 * @throws when the ledger is away: what was not recorded is asked again
 */
export async function workOff(deps: WorkOffDeps): Promise<number> {
  const { pool, provider, signal } = deps;
  if (!provider) return 0;
  const underWay = new UnderWay();
  let made = 0;
  while (made < CALLS_A_RUN && !underWay.hasFault && !signal?.aborted) {
    const room = CALLS_AT_ONCE - underWay.size;
    const calls = room > 0 ? await leaseCalls(pool, provider.name, room) : [];
    for (const call of calls) underWay.add(make(deps, provider, call));
    made += calls.length;
    if (underWay.size === 0) break;
    await underWay.some(LOOK_AGAIN_MS);
  }
  await underWay.all(signal);
  return made;
}
