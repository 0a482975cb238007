import type { Role } from '../../domain/people/actor.ts';
import type { ProblemCode } from '../problem-catalogue.ts';

/**
 * Which things a role may reach through a route. `own`: those of the caller · `store`: those of the
 * caller's store, in sales of which the store is a member · `any`: all. What a caller may not reach
 * looks as if it did not exist.
 */
export type Reach = 'own' | 'store' | 'any';

/**
 * `tokenless`: no token is read, not even one that is sent · `anyone`: a token is optional, and a
 * bad one is refused · else only these roles.
 */
export type Who = 'tokenless' | 'anyone' | Readonly<Partial<Record<Role, Reach>>>;

/** When the process is overloaded, it turns away `first` before `middle` before `last`. */
export type ShedClass = 'first' | 'middle' | 'last' | 'never';

export type Tag = 'Sales' | 'Orders' | 'Promotions' | 'Webhooks' | 'Payments' | 'Operations';

/** An order id has 128 random bits: nobody honest asks for many that do not exist. */
export const ORDER_MISS_WEIGHT = 20;

/** All that the door and the reference must know of a route. */
export interface RouteFacts {
  /** Names the operation in OpenAPI and in the client. */
  readonly id: string;
  readonly tag: Tag;
  readonly who: Who;
  /** What a request counts against the caller's rate limit. */
  readonly weight: number;
  /** What it counts in addition when it finds nothing: a guess has cost us a search everywhere. */
  readonly missWeight?: number;
  readonly shed: ShedClass;
  /** A POST that changes nothing: nobody gives a reason for it. */
  readonly isPreview?: true;
  /** The problems beyond those that any such route may answer. */
  readonly problems: readonly ProblemCode[];
}

/** By method and pattern, e.g. `GET /v1/orders/:order`. */
export type RouteRows = Readonly<Record<string, RouteFacts>>;
