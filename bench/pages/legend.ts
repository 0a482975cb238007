import type { Scenario } from '../run/scenario.ts';

export const PAGES = ['shop', 'order', 'today', 'ops', 'pay'] as const;
export type PageName = (typeof PAGES)[number];

const SHOWS: Readonly<Record<PageName, string>> = {
  shop: 'a sale as a guest sees it',
  order: 'an order',
  today: 'a merchant’s figures of today',
  ops: 'the rush',
  pay: 'the page of the sandbox',
};

const rowsOf = (page: PageName): Scenario['legend'] => ({
  [`${page}Ms`]: { unit: 'ms', means: `${SHOWS[page]}: until it can be used, on the phone` },
  [`${page}ContentMs`]: { unit: 'ms', means: 'until its data are painted' },
  [`${page}FirstPaintMs`]: { unit: 'ms', means: 'until anything is painted' },
  [`${page}HereMs`]: { unit: 'ms', means: 'until it can be used, on this machine: the control' },
  [`${page}Kb`]: { unit: 'kB', means: 'all that travels, compressed' },
});

export const pagesLegend: Scenario['legend'] = Object.fromEntries(
  PAGES.flatMap((page) => Object.entries(rowsOf(page))),
);
