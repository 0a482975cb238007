import type { Pool } from 'pg';
import { callKey } from '../../domain/payment.ts';
import type { PaymentAlert, PaymentMove, ProviderCallKind } from '../../domain/payment.ts';
import {
  leaseCalls,
  recordAnswer,
  recordAway,
  recordRefused,
} from '../../ledger/orders/provider-calls.ts';
import type { DueCall } from '../../ledger/orders/provider-calls.ts';
import { unlessLater } from '../../platform/is-away.ts';
import { transaction } from '../../platform/postgres.ts';
import type { Time } from '../../platform/time.ts';
import type { CallAnswer, PaymentProvider } from '../../provider/payment-provider.ts';
import type { InstructionCourier } from '../cells/instruction-courier.ts';
import { CallsUnderWay } from './provider-calls-under-way.ts';

/** The outcome of a call: where it left the payment, or that it is tried again or given up. */
export type CallOutcome = 'captured' | 'voided' | 'refunded' | 'away' | 'refused' | 'dead';

export interface ProviderCallsDeps {
  readonly pool: Pool;
  /** Null: none is configured, and nothing is asked. */
  readonly provider: PaymentProvider | null;
  readonly courier: Pick<InstructionCourier, 'push'>;
  /** The id under which this process is registered, if it is. */
  readonly processId?: string | null;
  /** The ids of the calls that this process makes at present, of all runs. */
  readonly making?: Set<number>;
  /** For how long this process has been seen without a gap; absent: it is not registered. */
  readonly beatingForMs?: (() => number) | undefined;
  readonly time: Pick<Time, 'sleep' | 'monotonic'>;
  readonly onCall?: (kind: ProviderCallKind, outcome: CallOutcome) => void;
  readonly onAlert: (alert: PaymentAlert) => void;
  /** Told again and again while it looks for due calls or waits for answers. */
  readonly onProgress?: () => void;
  /** Aborted: no more calls are begun. */
  readonly signal?: AbortSignal;
  /** The provider is away, or its client has a fault: the call counts as not answered. */
  readonly onError: (error: Error) => void;
}

const CALLS_AT_ONCE = 32;
const CALLS_A_RUN = 32_000;
/** How long an answer is kept for a ledger that is away: less than the lease of its call. */
const RECORD_WITHIN_MS = 20_000;
const RECORD_AGAIN_MS = 500;

type Answer = CallAnswer | { readonly state: 'away'; readonly detail: string };

async function ask(
  deps: ProviderCallsDeps,
  provider: PaymentProvider,
  call: DueCall,
): Promise<Answer> {
  const { ref, amountMinor, currency } = call;
  try {
    return await provider[call.kind]({ ref, key: callKey(call), amountMinor, currency });
  } catch (error) {
    deps.onError(error as Error);
    return { state: 'away', detail: (error as Error).message };
  }
}

/**
 * Where an answer leaves the payment. For a capture or void, refunded is as good as voided: the
 * shopper has the money.
 */
function moveOf(call: DueCall, state: 'captured' | 'voided' | 'refunded'): PaymentMove | null {
  if (call.kind === 'refund') return null;
  return state === 'captured' ? 'captured' : 'voided';
}

async function putOff(
  { pool }: ProviderCallsDeps,
  call: DueCall,
  why: string,
): Promise<CallOutcome> {
  const state = await transaction(pool, (client) => recordAway(client, call, why));
  return state === 'dead' ? 'dead' : 'away';
}

async function record(
  deps: ProviderCallsDeps,
  call: DueCall,
  answer: Answer,
): Promise<CallOutcome> {
  const { pool } = deps;
  switch (answer.state) {
    case 'refused':
      await recordRefused(pool, call, answer.detail);
      return 'refused';
    case 'away':
      return putOff(deps, call, answer.detail);
    default: {
      if (call.kind === 'refund' && answer.state === 'captured') {
        return putOff(deps, call, 'it is captured still');
      }
      const cell = await recordAnswer(pool, call, moveOf(call, answer.state));
      if (answer.state === 'captured') void deps.courier.push(cell);
      return answer.state;
    }
  }
}

/**
 * The provider has answered already. While the ledger is away, this tries again: without the answer
 * another worker would have to make the call again.
 */
async function recordPatiently(
  deps: ProviderCallsDeps,
  call: DueCall,
  answer: Answer,
): Promise<CallOutcome> {
  const untilMs = deps.time.monotonic() + RECORD_WITHIN_MS;
  for (;;) {
    const mayRetry = deps.time.monotonic() < untilMs && !deps.signal?.aborted;
    const recording = record(deps, call, answer);
    const outcome = await (mayRetry ? unlessLater(recording) : recording);
    if (outcome !== 'later') return outcome;
    await deps.time.sleep(RECORD_AGAIN_MS);
  }
}

async function make(
  deps: ProviderCallsDeps,
  provider: PaymentProvider,
  call: DueCall,
): Promise<void> {
  const answer = await ask(deps, provider, call);
  const outcome = await recordPatiently(deps, call, answer);
  deps.onCall?.(call.kind, outcome);
  if (outcome !== 'refused' && outcome !== 'dead') return;
  const { id, payment, order, kind } = call;
  const detail = `${kind}: ${'detail' in answer ? answer.detail : outcome}`;
  deps.onAlert({ what: 'call_dead', id: `call-${id}`, payment, order, detail });
}

function lease(deps: ProviderCallsDeps, { name }: PaymentProvider, room: number) {
  const { pool, processId: id = null, beatingForMs, making } = deps;
  return leaseCalls(pool, name, room, {
    id,
    seenForMs: beatingForMs?.() ?? 0,
    making: making ? [...making] : null,
  });
}

/** @returns how many calls were begun; some may still be under way */
async function makeAll(
  deps: ProviderCallsDeps,
  provider: PaymentProvider,
  underWay: CallsUnderWay,
): Promise<number> {
  let made = 0;
  while (made < CALLS_A_RUN && !underWay.hasFault && !deps.signal?.aborted) {
    const room = CALLS_AT_ONCE - underWay.size;
    const calls = room > 0 ? await lease(deps, provider, room) : [];
    for (const call of calls) {
      deps.making?.add(call.id);
      const one = make(deps, provider, call).finally(() => deps.making?.delete(call.id));
      underWay.add(one);
    }
    made += calls.length;
    deps.onProgress?.();
    if (underWay.size === 0) break;
    // Calls that became due meanwhile do not wait for a slow one.
    await underWay.some();
  }
  return made;
}

/**
 * Makes the provider calls that are due, captures first, 32 at once, outside any transaction. Any
 * number of workers may do so: a call belongs to one worker for 30 s, a refund for 120 s, or until
 * that worker dies. A call made twice has the same key. A slow call takes one of the 32 places and
 * holds up nothing else. A run that fails waits for the calls that it began. When told to end, this
 * leaves calls that are not answered within 4 s for another run.
 * @returns how many calls were made, at most 32,000; what is left is the next run's
 * @throws when the ledger is away: another run makes calls that were not recorded again
 */
export async function makeProviderCalls(deps: ProviderCallsDeps): Promise<number> {
  const { provider } = deps;
  if (!provider) return 0;
  const underWay = new CallsUnderWay(deps.time);
  try {
    return await makeAll(deps, provider, underWay);
  } finally {
    await underWay.all(deps);
  }
}
