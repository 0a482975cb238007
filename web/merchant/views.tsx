import type { ComponentType } from 'preact';
import type { View } from './desk/paths.ts';
import { OffersView } from './offers/offers-view.tsx';
import { TodayView } from './today/today-view.tsx';

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
];
