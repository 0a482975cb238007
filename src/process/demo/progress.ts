import { Presets, SingleBar } from 'cli-progress';
import type { RushProgress } from '../rush/plan.ts';

/** Shows how far a rush is. */
interface RushMeter {
  update(progress: RushProgress): void;
  stop(): void;
}

const LINE_EVERY_MS = 1_000;

function barMeter(answers: number, cap: number): RushMeter {
  const format = `rush     [{bar}] {value} answers · {units} of ${cap} units`;
  const bar = new SingleBar({ format, hideCursor: true }, Presets.shades_classic);
  bar.start(answers, 0, { units: 0 });
  return {
    update: ({ answered, units }) => {
      bar.setTotal(Math.max(answers, answered));
      bar.update(answered, { units });
    },
    stop: () => bar.stop(),
  };
}

function lineMeter(cap: number, say: (line: string) => void): RushMeter {
  let nextMs = 0;
  return {
    update: ({ answered, units }) => {
      if (performance.now() < nextMs) return;
      nextMs = performance.now() + LINE_EVERY_MS;
      say(`rush     ${answered} answers · ${units} of ${cap} units`);
    },
    stop: () => {},
  };
}

/**
 * A bar on a terminal, else a plain line a second.
 * @param answers about how many there will be
 */
export const rushMeter = (answers: number, cap: number, say: (line: string) => void): RushMeter =>
  process.stdout.isTTY ? barMeter(answers, cap) : lineMeter(cap, say);
