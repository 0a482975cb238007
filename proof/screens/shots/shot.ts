import type { Page } from 'playwright-core';
import type { Things } from '../scene/prepare-scene.ts';
import type { Person } from '../scene/scene.ts';

/** A view that is worth a picture. */
export interface Shot {
  /** Of its files, such as `shop-cart`. */
  readonly name: string;
  /** Null: a guest. */
  readonly who: Person | null;
  /** Below the origin of the service, or a whole address. */
  readonly path: (things: Things) => string | Promise<string>;
  /** Stands in the view once it is whole. */
  readonly shows: string;
  /** What the visitor does before the picture is taken. */
  readonly prepare?: (page: Page) => Promise<unknown>;
  /** Also taken in Chinese. */
  readonly isForShoppers?: boolean;
  /** How long the view must have been open, because it draws what came meanwhile. */
  readonly openMs?: number;
}
