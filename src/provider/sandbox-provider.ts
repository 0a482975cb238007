import Value from 'typebox/value';
import type { ProviderEvent } from '../domain/payment.ts';
import type { Fault } from '../domain/sale.ts';
import type { Time } from '../platform/time.ts';
import { capturedAs } from './captured-amount.ts';
import { MalformedEvent, ProviderAway } from './payment-provider.ts';
import type {
  CallAnswer,
  EventHeaders,
  PaymentProvider,
  ProviderCall,
  ProviderPayment,
  RefusedByProvider,
} from './payment-provider.ts';
import { PaymentAnswer, SandboxEvent, SandboxRefusal } from './sandbox-messages.ts';
import type { SandboxState } from './sandbox-messages.ts';
import { openSignedEvent } from './signed-event.ts';

export interface SandboxOptions {
  /** Without a slash at its end. */
  readonly url: string;
  /** Secrets of its events, `whsec_…`; any of them verifies. */
  readonly secrets: readonly string[];
  readonly time: Pick<Time, 'deadline'>;
  /** For one call; 10 s unless given. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 10_000;
const TOO_MANY = 429;
const FAULTS_FROM = 500;
const OK_BELOW = 300;
const NOT_FOUND = 404;
const CONFLICT = 409;

const KINDS: ReadonlyMap<string, ProviderEvent['kind']> = new Map(
  Object.entries({
    'payment.authorized': 'authorized',
    'payment.captured': 'captured',
    'payment.failed': 'failed',
    'payment.voided': 'voided',
    'payment.refunded': 'refunded',
  } as const),
);

/** The provider for tests, the demo and development. It runs as a process of this project. */
export function sandboxProvider({
  url,
  secrets,
  time,
  timeoutMs = TIMEOUT_MS,
}: SandboxOptions): PaymentProvider {
  const post = (path: string, key: string, body: object) =>
    ask(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(body),
      signal: time.deadline(timeoutMs),
      redirect: 'error',
    });
  // Different calls may share a key; without the prefix the sandbox would see a replay.
  const act = (what: string, { ref, key }: ProviderCall, body: object) =>
    post(`/payments/${encodeURIComponent(ref)}/${what}`, `${what}_${key}`, body);
  return {
    name: 'sandbox',
    create: async ({ id, amountMinor, ...shown }) => {
      const body = { payment: id, amount: amountMinor, ...shown };
      return madeOf(await post('/payments', `create_${id}`, body));
    },
    capture: async (call) =>
      whereIs(call, await act('capture', call, { amount: call.amountMinor })),
    void: async (call) => {
      const reply = await act('void', call, {});
      // Its books are in memory: nobody can pay a payment that they lost.
      return reply.status === NOT_FOUND ? { state: 'voided' } : whereIs(call, reply);
    },
    refund: async (call) => refunded(await act('refund', call, { amount: call.amountMinor })),
    verify: (body, headers) => eventOf(body, headers, secrets),
  };
}

/** A final answer. */
interface Reply {
  readonly status: number;
  readonly body: unknown;
}

/** @throws ProviderAway when it gave no final answer */
async function ask(url: string, request: RequestInit): Promise<Reply> {
  let reply: Reply;
  try {
    const answer = await fetch(url, request);
    reply = { status: answer.status, body: await answer.json() };
  } catch (cause) {
    throw new ProviderAway('the sandbox does not answer', { cause });
  }
  const { status } = reply;
  if (status === TOO_MANY || status >= FAULTS_FROM) {
    throw new ProviderAway(`the sandbox answers ${status}`);
  }
  return reply;
}

/** @throws Error when it accepts in an unknown form */
function madeOf({ status, body }: Reply): ProviderPayment | RefusedByProvider {
  if (status >= OK_BELOW) return { state: 'refused', detail: said(body) };
  if (Value.Check(PaymentAnswer, body)) return { ref: body.id, checkout: { url: body.url } };
  throw new Error(`the sandbox answered ${status}: ${said(body)}`);
}

function said(body: unknown): string {
  return Value.Check(SandboxRefusal, body) ? `${body.code}: ${body.detail}` : 'in an unknown form';
}

/** A failed payment can take no money, so it counts as voided. */
const ENDS: Partial<Record<SandboxState, 'captured' | 'voided'>> = {
  captured: 'captured',
  voided: 'voided',
  failed: 'voided',
};

/** The state after a capture or void. A conflict says which state the payment is in instead. */
function whereIs(call: ProviderCall, { status, body }: Reply): CallAnswer {
  const isAnswer = Value.Check(PaymentAnswer, body);
  const isConflict = status === CONFLICT && Value.Check(SandboxRefusal, body);
  const state = (isAnswer || isConflict) && body.state ? ENDS[body.state] : undefined;
  if (!state || !(isAnswer || isConflict)) return { state: 'refused', detail: said(body) };
  if (state !== 'captured') return { state };
  return capturedAs(call, { amountMinor: body.amount, currency: body.currency });
}

function refunded({ body }: Reply): CallAnswer {
  if (Value.Check(PaymentAnswer, body)) return { state: 'refunded' };
  return { state: 'refused', detail: said(body) };
}

/** The faults of an event. A missing or unknown field is pointed at itself. */
function faultsOf(payload: unknown): Fault[] {
  return Value.Errors(SandboxEvent, payload).flatMap((error) => {
    const { keyword, instancePath, message } = error;
    // An unknown field is reported a second time, for the object that has it.
    if (keyword === 'additionalProperties') return [];
    if (keyword === 'boolean') return [{ pointer: instancePath, detail: 'is not a known field' }];
    if (error.keyword !== 'required') return [{ pointer: instancePath, detail: message }];
    return error.params.requiredProperties.map((name) => {
      return { pointer: `${instancePath}/${name}`, detail: 'is required' };
    });
  });
}

/**
 * @throws BadEvent
 * @throws MalformedEvent
 */
function eventOf(body: Buffer, headers: EventHeaders, secrets: readonly string[]): ProviderEvent {
  const { id, payload } = openSignedEvent(body, headers, secrets);
  if (!Value.Check(SandboxEvent, payload)) throw new MalformedEvent(faultsOf(payload));
  const { type, data } = payload;
  return {
    id,
    kind: KINDS.get(type) ?? 'other',
    ref: data.id,
    payment: data.payment,
    order: data.order,
    amountMinor: data.amount,
    currency: data.currency,
  };
}
