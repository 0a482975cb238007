import type { Webhook } from '../../../client/index.ts';
import { fieldsOf } from '../../kit/api/ask-json.ts';
import { isHookKind } from './hook-kinds.ts';
import type { HookKind } from './hook-kinds.ts';

/** An endpoint as it is typed. */
export interface TypedHook {
  readonly id: string;
  readonly url: string;
  readonly kinds: readonly HookKind[];
}

export const EMPTY_HOOK: TypedHook = { id: '', url: '', kinds: ['order.paid'] };

export const typedHook = ({ id, url, kinds }: Webhook): TypedHook => ({
  id,
  url,
  kinds: kinds.filter(isHookKind),
});

const ID = /^[A-Za-z0-9_-]{1,64}$/;
export const isHookId = (text: string): boolean => ID.test(text);

/** Whether what is typed is enough to be saved. */
export const isWhole = ({ id, url, kinds }: TypedHook): boolean =>
  isHookId(id) && url.trim() !== '' && kinds.length > 0;

/** Checks what the tab kept. */
export function readHook(stored: unknown): TypedHook | null {
  const { id, url, kinds } = fieldsOf(stored);
  if (typeof id !== 'string' || typeof url !== 'string' || !Array.isArray(kinds)) return null;
  return kinds.every(isHookKind) ? { id, url, kinds } : null;
}
