import { Presets, SingleBar } from 'cli-progress';
import type { RushProgress } from '../crowd/rush-plan.ts';

/** Shows the progress of a rush. */
interface RushMeter {
  update(progress: RushProgress): void;
  stop(): void;
}

const LINE_EVERY_MS = 1_000;

/** The goal of a rush. */
interface Goal {
  /** The first word of the line, such as `rush`. */
  readonly label: string;
  /** Roughly how many answers will come. */
  readonly answers: number;
  readonly goal: number;
  /** The unit of the goal, such as `units`. */
  readonly what: string;
}

const LABEL_WIDTH = 9;

function barMeter({ label, answers, goal, what }: Goal): RushMeter {
  const head = label.padEnd(LABEL_WIDTH);
  const format = `${head}[{bar}] {value} answers · {units} of ${goal} ${what}`;
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

function lineMeter({ label, goal, what }: Goal, say: (line: string) => void): RushMeter {
  let nextMs = 0;
  return {
    update: ({ answered, units }) => {
      if (performance.now() < nextMs) return;
      nextMs = performance.now() + LINE_EVERY_MS;
      const head = label.padEnd(LABEL_WIDTH);
      say(`${head}${answered} answers · ${units} of ${goal} ${what}`);
    },
    stop: () => {},
  };
}

/** A bar on a terminal, otherwise a plain line every second. */
export const rushMeter = (goal: Goal, say: (line: string) => void): RushMeter =>
  process.stdout.isTTY ? barMeter(goal) : lineMeter(goal, say);
