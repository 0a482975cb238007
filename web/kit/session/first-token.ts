import { tokenIn } from './fragment.ts';

/** Where the tab keeps the token. */
export const TOKEN_KEY = 'doorbuster.token';

/** The token with which a page begins: that of its address, else the tab's; null: a guest. */
export const firstToken = (keep: Pick<Storage, 'getItem'>, fragment: string): string | null =>
  tokenIn(fragment)?.token ?? keep.getItem(TOKEN_KEY);
