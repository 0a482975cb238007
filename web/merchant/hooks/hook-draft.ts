import type { Webhook } from '../../../client/index.ts';
import { isHookKind } from './hook-kinds.ts';
import type { HookKind } from './hook-kinds.ts';

/** An endpoint as it is typed. */
export interface HookDraft {
  readonly id: string;
  readonly url: string;
  readonly kinds: readonly HookKind[];
}

export const EMPTY_HOOK: HookDraft = { id: '', url: '', kinds: ['order.paid'] };

export const draftOfHook = ({ id, url, kinds }: Webhook): HookDraft => ({
  id,
  url,
  kinds: kinds.filter(isHookKind),
});

const ID = /^[A-Za-z0-9_-]{1,64}$/;
export const isHookId = (text: string): boolean => ID.test(text);

/** Whether a draft says enough to be saved. */
export const isWhole = ({ id, url, kinds }: HookDraft): boolean =>
  isHookId(id) && url.trim() !== '' && kinds.length > 0;

/** Checks what the tab kept. */
export function readHook(stored: unknown): HookDraft | null {
  const { id, url, kinds }: Readonly<Record<string, unknown>> = { ...Object(stored) };
  if (typeof id !== 'string' || typeof url !== 'string' || !Array.isArray(kinds)) return null;
  return kinds.every(isHookKind) ? { id, url, kinds } : null;
}
