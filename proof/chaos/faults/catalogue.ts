import { dataFaults } from './data-faults.ts';
import type { Fault } from './fault.ts';
import { networkFaults } from './network-faults.ts';
import { processFaults } from './process-faults.ts';
import { promotionFaults } from './promotion-faults.ts';
import { serverFaults } from './server-faults.ts';
import { volumeFaults } from './volume-faults.ts';

/**
 * Every fault of the chaos run. Three are missing. The clocks of Redis and Postgres do not shift,
 * because a server tells the time of its machine. The payment provider is not killed: the sandbox
 * keeps its books in memory only, and a real provider keeps them. Bytes of one connection do not
 * change their order, because TCP never lets them.
 */
export const faults: readonly Fault[] = [
  ...networkFaults,
  ...promotionFaults,
  ...processFaults,
  ...serverFaults,
  ...dataFaults,
  ...volumeFaults,
];
