import type { RouteRows } from './facts.ts';

/** The API reference. It lists neither the pages nor itself. */
const REFERENCE = {
  tag: 'Operations',
  who: 'tokenless',
  weight: 10,
  shed: 'first',
  problems: [],
} as const;

/** The pages for people are ready bytes, as cheap as a sale that everyone reads. */
const WEB = {
  tag: 'Operations',
  who: 'tokenless',
  weight: 1,
  shed: 'middle',
  problems: ['not_found'],
} as const;

export const pageRows = {
  'GET /docs': { id: 'findReference', ...REFERENCE },
  'GET /docs/': { id: 'getReference', ...REFERENCE },
  'GET /docs/openapi.json': { id: 'getDocument', ...REFERENCE },
  'GET /docs/js/scalar.js': { id: 'getReferenceScript', ...REFERENCE },
  'GET /s/:sale': { id: 'getShopPage', ...WEB },
  'GET /s/:sale/orders': { id: 'getShopOrdersPage', ...WEB },
  'GET /s/:sale/orders/:order': { id: 'getShopOrderPage', ...WEB },
  'GET /merchant': { id: 'getMerchantPage', ...WEB },
  'GET /merchant/*': { id: 'getMerchantView', ...WEB },
  'GET /ops': { id: 'getOpsPage', ...WEB },
  'GET /ops/*': { id: 'getOpsView', ...WEB },
  'GET /sign-in': { id: 'getSignInPage', ...WEB },
  'GET /sign-in/ways': { id: 'getSignInWays', ...WEB },
  'POST /sign-in/tokens': { id: 'signIn', ...WEB },
  'GET /assets/*': { id: 'getAsset', ...WEB },
} as const satisfies RouteRows;
