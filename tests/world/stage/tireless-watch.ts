import type { WorkerSide } from '../../../src/process/wiring/wire-worker.ts';
import { DamageWatch } from '../../../src/service/damage/watch-damage.ts';

/** A watch that never rests, and takes its second look at once. */
export const tirelessWatch = (
  worker: WorkerSide,
  recoverOnce: Pick<WorkerSide['recoverOnce'], 'recover'> = worker.recoverOnce,
): DamageWatch =>
  new DamageWatch({
    ...worker,
    recoverOnce,
    time: { monotonic: () => 0, sleep: async () => {} },
    onError: (error) => {
      throw error;
    },
  });
