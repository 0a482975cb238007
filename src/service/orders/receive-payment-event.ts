import type { Pool } from 'pg';
import type { Actor } from '../../domain/people/actor.ts';
import type { EventOutcome, PaymentAlert, ProviderEvent } from '../../domain/payment.ts';
import { isRefusal, NOT_FOUND } from '../../domain/refusals.ts';
import type { Refusal } from '../../domain/refusals.ts';
import { retryKeptEvent, takeProviderEvent } from '../../ledger/orders/payment-events.ts';
import type { TakenEvent } from '../../ledger/orders/payment-events.ts';
import { BadEvent, MalformedEvent } from '../../provider/payment-provider.ts';
import type { EventHeaders, PaymentProvider } from '../../provider/payment-provider.ts';
import type { InstructionCourier } from '../cells/instruction-courier.ts';

export interface PaymentEventDeps {
  readonly pool: Pool;
  /** Null: none is configured. */
  readonly provider: PaymentProvider | null;
  readonly courier: Pick<InstructionCourier, 'push'>;
  /** Told after a commit that may have made provider calls due. */
  readonly onCallsDue: () => void;
  readonly onEvent?: (kind: ProviderEvent['kind'], outcome: EventOutcome) => void;
  readonly onAlert: (alert: PaymentAlert) => void;
}

/** Not signed by the provider, stale, or altered. */
export interface BadSignature {
  readonly code: 'unauthenticated';
  readonly challenge: 'Signature';
}

const BAD_SIGNATURE: BadSignature = { code: 'unauthenticated', challenge: 'Signature' };

type FollowDeps = Pick<PaymentEventDeps, 'courier' | 'onCallsDue' | 'onAlert'>;

/** The work after an event's commit; schedules do it when this process dies before. */
function follow(deps: FollowDeps, taken: TakenEvent): void {
  const { outcome, id, payment, order, cell, reason } = taken;
  if (outcome === 'moved') {
    deps.onCallsDue();
    if (cell) void deps.courier.push(cell);
  } else if (outcome === 'unknown' || outcome === 'refused') {
    const detail = reason ?? '';
    deps.onAlert({ what: `event_${outcome}`, id: `event-${id}`, payment, order, detail });
  }
}

function verified(
  provider: PaymentProvider,
  body: Buffer,
  headers: EventHeaders,
): ProviderEvent | BadSignature | Refusal {
  try {
    return provider.verify(body, headers);
  } catch (error) {
    if (error instanceof BadEvent) return BAD_SIGNATURE;
    if (error instanceof MalformedEvent) return { code: 'invalid', errors: error.faults };
    throw error;
  }
}

/**
 * Receives an event of the provider, and answers after the commit. An event kept for an operator is
 * answered like any other: the provider would only send it again.
 * @param body the bytes as they arrived
 * @throws when the ledger is away: the provider sends it again
 */
export async function receivePaymentEvent(
  deps: PaymentEventDeps,
  body: Buffer,
  headers: EventHeaders,
): Promise<{ readonly outcome: EventOutcome } | BadSignature | Refusal> {
  const { pool, provider } = deps;
  if (!provider) return NOT_FOUND;
  const event = verified(provider, body, headers);
  if (isRefusal(event)) return event;
  const taken = await takeProviderEvent(pool, provider.name, event);
  deps.onEvent?.(event.kind, taken.outcome);
  follow(deps, taken);
  return { outcome: taken.outcome };
}

/**
 * Takes an event that was kept once more.
 * @returns null when no such event is kept
 */
export async function retryEvent(
  deps: FollowDeps & Pick<PaymentEventDeps, 'pool'>,
  id: number,
  actor: Actor,
): Promise<EventOutcome | null> {
  const taken = await retryKeptEvent(deps.pool, id, actor);
  if (taken) follow(deps, taken);
  return taken?.outcome ?? null;
}
