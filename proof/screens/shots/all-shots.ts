import { merchantShots } from './merchant-shots.ts';
import { letterShots, opsShots } from './ops-shots.ts';
import type { Shot } from './shot.ts';
import { shopShots } from './shop-shots.ts';

/** Every view that is worth a picture. Merchants come late: their curves need some minutes. */
export const allShots: readonly Shot[] = [
  ...shopShots,
  ...opsShots,
  ...merchantShots,
  ...letterShots,
];
