import type { ComponentType } from 'preact';
import { PATTERNS } from '../desk/paths.ts';
import type { View } from '../desk/paths.ts';
import { ChangesView } from '../changes/changes-view.tsx';
import { FileView } from '../file/file-view.tsx';
import { HookView, NewHookView } from '../hooks/hook-view.tsx';
import { HooksView } from '../hooks/hooks-view.tsx';
import { OffersView } from '../offers/offers-view.tsx';
import { OrderView } from '../orders/order-view.tsx';
import { OrdersView } from '../orders/orders-view.tsx';
import { NewPromotionView, PromotionView } from '../promotions/promotion-editor.tsx';
import { PromotionsView } from '../promotions/promotions-view.tsx';
import { TodayView } from '../today/today-view.tsx';

interface ViewOf {
  readonly pattern: string;
  /** The tab that it stands under. */
  readonly view: View | 'file';
  readonly draw: ComponentType;
}

/** Every view of a sale by its path. */
export const viewsOf: readonly ViewOf[] = [
  { pattern: '/merchant/s/:sale', view: 'today', draw: TodayView },
  { pattern: '/merchant/s/:sale/offers', view: 'offers', draw: OffersView },
  { pattern: '/merchant/s/:sale/promotions', view: 'promotions', draw: PromotionsView },
  { pattern: '/merchant/s/:sale/promotions/new', view: 'promotions', draw: NewPromotionView },
  { pattern: PATTERNS.promotion, view: 'promotions', draw: PromotionView },
  { pattern: '/merchant/s/:sale/orders', view: 'orders', draw: OrdersView },
  { pattern: PATTERNS.order, view: 'orders', draw: OrderView },
  { pattern: '/merchant/s/:sale/changes', view: 'changes', draw: ChangesView },
  { pattern: '/merchant/s/:sale/hooks', view: 'hooks', draw: HooksView },
  { pattern: '/merchant/s/:sale/hooks/new', view: 'hooks', draw: NewHookView },
  { pattern: PATTERNS.hook, view: 'hooks', draw: HookView },
  { pattern: '/merchant/s/:sale/file', view: 'file', draw: FileView },
];
