import type {
  FastifyReply,
  FastifyRequest,
  onRequestHookHandler,
  onResponseHookHandler,
} from 'fastify';
import type { Limited, RateLimit, RateLimits } from '../../platform/config/limit-parsers.ts';
import type { Time } from '../../platform/time.ts';
import type { Answers } from '../answers.ts';
import type { HttpRefusal } from '../problem-catalogue.ts';
import type { AddressOf } from './client-address.ts';
import { TokenBuckets } from './token-buckets.ts';
import type { Bucket } from './token-buckets.ts';
import type { OnTurnedAway } from '../deps.ts';

export interface RateGateOptions {
  readonly limits: RateLimits;
  readonly addressOf: AddressOf;
  readonly time: Pick<Time, 'monotonic'>;
  readonly answers: Answers;
  readonly onTurnedAway: OnTurnedAway;
}

/** The limit of one kind of caller, with the headers and the words that tell of it. */
interface Limit {
  readonly name: Limited;
  readonly buckets: TokenBuckets;
  readonly policy: string;
  readonly detail: string;
}

type Claims = FastifyRequest['claims'];

const MS_PER_S = 1000;
const NOT_FOUND = 404;
/** A route of this weight or more also tells on success how much of the limit is left. */
export const TOLD_WEIGHT = 10;

const seconds = (ms: number): number => Math.max(Math.ceil(ms / MS_PER_S), 1);

const CALLERS: Readonly<Record<Limited, string>> = {
  anonymous: 'callers without a token at your address',
  bad_token: 'callers with a bad token or signature at your address',
  shopper: 'each shopper',
  merchant: 'each merchant',
  store: 'all changes of your store together',
  operator: 'each operator',
};

function limitOf(name: Limited, limit: RateLimit | null, time: Pick<Time, 'monotonic'>) {
  if (limit === null) return null;
  const { perSecond, burst } = limit;
  const policy = `"${name}";q=${burst};w=${seconds((burst / perSecond) * MS_PER_S)}`;
  const detail =
    `Too many requests: ${CALLERS[name]} may send ${perSecond} a second, and ${burst} at once. ` +
    'Costly requests count as several. Wait as long as `Retry-After` says.';
  return { name, policy, detail, buckets: new TokenBuckets(limit, time) };
}

/**
 * Turns away callers that send more than their limit, before any work is done for them. It counts
 * in this process alone.
 */
export class RateGate {
  readonly #options: RateGateOptions;
  readonly #limits: Readonly<Record<Limited, Limit | null>>;

  constructor(options: RateGateOptions) {
    const { limits, time } = options;
    this.#options = options;
    this.#limits = {
      anonymous: limitOf('anonymous', limits.anonymous, time),
      bad_token: limitOf('bad_token', limits.bad_token, time),
      shopper: limitOf('shopper', limits.shopper, time),
      merchant: limitOf('merchant', limits.merchant, time),
      store: limitOf('store', limits.store, time),
      operator: limitOf('operator', limits.operator, time),
    };
  }

  /**
   * Counts a request once its token is verified. Synchronous: a promise would cost the hot path.
   * @param weight what a request costs, in tokens
   * @param isWrite writes of merchants count for their store
   */
  hook(weight: number, isWrite: boolean): onRequestHookHandler {
    return (request, reply, done) => {
      if (this.refusesCaller(request, reply, weight, isWrite)) return;
      if (weight >= TOLD_WEIGHT) this.#tellRest(request, reply, isWrite);
      done();
    };
  }

  #tellRest(request: FastifyRequest, reply: FastifyReply, isWrite: boolean): void {
    const limit = this.#limitFor(request.claims, isWrite);
    if (limit) setHeaders(reply, limit, this.#bucketFor(limit, request).look());
  }

  /**
   * Counts a request for its caller.
   * @returns true when that was too many: the request is answered
   */
  refusesCaller(
    request: FastifyRequest,
    reply: FastifyReply,
    weight: number,
    isWrite: boolean,
  ): boolean {
    const limit = this.#limitFor(request.claims, isWrite);
    if (limit === null) return false;
    return this.#takeOrRefuse(limit, this.#bucketFor(limit, request), weight, request, reply);
  }

  /** Names the caller of a request: by its token, else by its address. */
  nameOf({ claims, raw }: FastifyRequest): string {
    return claims ? `${claims.role} ${claims.sub}` : this.#options.addressOf(raw);
  }

  /**
   * Counts a request that found nothing once more, after it was answered. The caller may owe that
   * much, and then waits for it.
   */
  missHook(missWeight: number, isWrite: boolean): onResponseHookHandler {
    return (request, reply, done) => {
      const limit = reply.statusCode === NOT_FOUND ? this.#limitFor(request.claims, isWrite) : null;
      if (limit) this.#bucketFor(limit, request).drain(missWeight);
      done();
    };
  }

  /**
   * Counts a request that has no token for its address.
   * @returns true when that was too many: the request is answered
   */
  refusesStranger(request: FastifyRequest, reply: FastifyReply): boolean {
    return this.#refusesAddress(this.#limits.anonymous, request, reply);
  }

  /**
   * Looks at a request before it costs us a signature: while its address has sent too many bad
   * ones, only tokens that we know are admitted from there.
   * @returns true when no signature may be verified: the request is answered
   */
  refusesSignature(request: FastifyRequest, reply: FastifyReply): boolean {
    const limit = this.#limits.bad_token;
    const bucket = limit?.buckets.known(this.#options.addressOf(request.raw));
    if (!limit || !bucket) return false;
    const waitMs = bucket.wait();
    if (waitMs > 0) this.#refuse(limit, bucket, waitMs, request, reply);
    return waitMs > 0;
  }

  /**
   * Counts a bad token, or another bad signature, for its address.
   * @returns true when that was one too many: the request is answered
   */
  refusesBadSignature(request: FastifyRequest, reply: FastifyReply): boolean {
    return this.#refusesAddress(this.#limits.bad_token, request, reply);
  }

  /** Takes back that a signature was counted: it is not bad. */
  forgiveSignature({ raw }: FastifyRequest): void {
    this.#limits.bad_token?.buckets.of(this.#options.addressOf(raw)).giveBack();
  }

  #refusesAddress(limit: Limit | null, request: FastifyRequest, reply: FastifyReply): boolean {
    if (limit === null) return false;
    const bucket = limit.buckets.of(this.#options.addressOf(request.raw));
    return this.#takeOrRefuse(limit, bucket, 1, request, reply);
  }

  #limitFor(claims: Claims, isWrite: boolean): Limit | null {
    if (claims === null) return this.#limits.anonymous;
    if (isWrite && claims.role === 'merchant') return this.#limits.store;
    return this.#limits[claims.role];
  }

  /** A shopper's bucket is kept with the claims of the token: the hot path looks nothing up. */
  #bucketFor({ name, buckets }: Limit, { claims, raw }: FastifyRequest): Bucket {
    if (claims === null) return buckets.of(this.#options.addressOf(raw));
    if (name === 'shopper') return (claims.bucket = buckets.of(claims.sub, claims.bucket));
    return buckets.of(name === 'store' ? claims.store! : claims.sub);
  }

  #takeOrRefuse(
    limit: Limit,
    bucket: Bucket,
    tokens: number,
    request: FastifyRequest,
    reply: FastifyReply,
  ): boolean {
    const waitMs = bucket.take(tokens);
    if (waitMs > 0) this.#refuse(limit, bucket, waitMs, request, reply);
    return waitMs > 0;
  }

  #refuse(
    limit: Limit,
    bucket: Bucket,
    waitMs: number,
    request: FastifyRequest,
    reply: FastifyReply,
  ): void {
    const { answers, onTurnedAway } = this.#options;
    onTurnedAway('limited', limit.name);
    setHeaders(reply, limit, { left: bucket.look().left, fullInMs: waitMs });
    const refusal: HttpRefusal = {
      code: 'rate_limited',
      retryAfterS: seconds(waitMs),
      detail: limit.detail,
    };
    answers.refuse(request, reply, refusal);
  }
}

/** As draft-ietf-httpapi-ratelimit-headers-10 writes them. */
function setHeaders(
  reply: FastifyReply,
  { name, policy }: Limit,
  { left, fullInMs }: ReturnType<Bucket['look']>,
): void {
  reply.header('ratelimit-policy', policy);
  reply.header('ratelimit', `"${name}";r=${left};t=${Math.ceil(fullInMs / MS_PER_S)}`);
}
