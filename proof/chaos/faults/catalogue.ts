import type { Fault } from './fault.ts';
import { networkFaults } from './network-faults.ts';

/** Every fault of the chaos run. */
export const faults: readonly Fault[] = [...networkFaults];
