import type { Shot } from './shot.ts';

/** The picture of the answers has a point each second. */
const DRAWN_MS = 150_000;

export const opsShots: readonly Shot[] = [
  {
    name: 'ops-rush',
    who: 'olaf',
    path: () => '/ops',
    shows: '.picture canvas',
    openMs: DRAWN_MS,
  },
  {
    name: 'ops-wall',
    who: 'olaf',
    path: () => '/ops?wall=1',
    shows: '.picture canvas',
    openMs: DRAWN_MS,
  },
  { name: 'ops-sales', who: 'olaf', path: () => '/ops/sales', shows: 'main tr' },
  { name: 'ops-sale', who: 'olaf', path: () => '/ops/sales/nine-nine', shows: 'main section' },
  {
    name: 'ops-pause',
    who: 'olaf',
    path: () => '/ops/sales',
    shows: 'main tr',
    prepare: async (page) => {
      await page.keyboard.press('Shift+P');
      await page.getByRole('dialog').waitFor();
    },
  },
  { name: 'ops-calls', who: 'olaf', path: () => '/ops/calls', shows: 'main section' },
  { name: 'ops-changes', who: 'olaf', path: () => '/ops/changes', shows: 'main tr' },
  { name: 'ops-security', who: 'olaf', path: () => '/ops/security', shows: 'main section' },
  { name: 'ops-processes', who: 'olaf', path: () => '/ops/processes', shows: 'main tr' },
];

/** Their order breaks a promise as long as it is a dead letter, so they come last. */
export const letterShots: readonly Shot[] = [
  {
    name: 'ops-dead-letters',
    who: 'olaf',
    path: async ({ letter }) => {
      await letter();
      return '/ops/dead-letters';
    },
    shows: 'main tr',
  },
  {
    name: 'ops-dead-letter',
    who: 'olaf',
    path: async ({ letter }) => `/ops/dead-letters/${await letter()}`,
    shows: 'main dl',
  },
];
