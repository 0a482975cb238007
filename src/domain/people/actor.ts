import type { StoreId } from '../ids.ts';

export const ROLES = ['shopper', 'merchant', 'operator'] as const;
/** What a person may be in a token. */
export type Role = (typeof ROLES)[number];

export const isRole = (value: unknown): value is Role => ROLES.some((role) => role === value);

/** Who makes a change, and on what occasion. */
export interface Actor {
  /** The `sub` of the token; `cli:<user>` for a command. */
  readonly sub: string;
  readonly role: Role;
  /** A merchant's own store: the change must be there. Null: any store. */
  readonly store: StoreId | null;
  /** Method and pattern of the route, or the words of the command. */
  readonly route: string;
  readonly requestId: string;
  /** Why, in the person's words. */
  readonly reason: string | null;
}
