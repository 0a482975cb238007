/** The views of a sale, in the order of their tabs. */
export const VIEWS = ['today', 'offers', 'promotions', 'orders', 'changes', 'hooks'] as const;
export type View = (typeof VIEWS)[number];

const at = (sale: string, ...parts: readonly string[]): string =>
  ['/merchant/s', sale, ...parts]
    .map((part, i) => (i === 0 ? part : encodeURIComponent(part)))
    .join('/');

/** Where each view of a sale stands. */
export const viewPath = (sale: string, view: View): string =>
  view === 'today' ? at(sale) : at(sale, view);

/** The paths of views, as `matchPath` takes them. */
export const PATTERNS = {
  promotion: '/merchant/s/:sale/promotions/of/:promotion',
  order: '/merchant/s/:sale/orders/:order',
  hook: '/merchant/s/:sale/hooks/of/:hook',
} as const;

export const filePath = (sale: string): string => at(sale, 'file');
export const promotionPath = (sale: string, promotion: string): string =>
  at(sale, 'promotions', 'of', promotion);
export const newPromotionPath = (sale: string): string => at(sale, 'promotions', 'new');
export const orderPath = (sale: string, order: string): string => at(sale, 'orders', order);
export const hookPath = (sale: string, hook: string): string => at(sale, 'hooks', 'of', hook);
export const newHookPath = (sale: string): string => at(sale, 'hooks', 'new');

/** Who changed one thing, e.g. `offer:mug`. */
export const changesPath = (sale: string, subject: string): string =>
  `${viewPath(sale, 'changes')}?${new URLSearchParams({ subject })}`;
