import 'uplot/dist/uPlot.min.css';
import Plot from 'uplot';
import { HISTORY_MS, OUTCOMES } from '../desk/history.ts';
import type { Stack } from '../desk/history.ts';
import { FILLS, paintOf } from './fills.ts';

/** How times and numbers are written at the edges of the picture. */
export interface EdgeWords {
  readonly time: (ms: number) => string;
  readonly rate: (value: number) => string;
}

export interface AnswersPicture {
  /** @param nowMs by the server's clock; the picture ends there */
  draw(stack: Stack, nowMs: number): void;
  close(): void;
}

const MS_PER_S = 1_000;
const MINUTE_S = 60;
const HISTORY_S = HISTORY_MS / MS_PER_S;
/** An idle service still has a picture with a height. */
const LEAST_HIGH = 10;
const AIR = 1.1;
const EDGE_PX = { left: 52, bottom: 26 };

/** What a role looks like now: the theme may change while the picture stands. */
const colorsAt = (box: HTMLElement) => {
  const probe = document.createElement('span');
  probe.hidden = true;
  box.append(probe);
  return (role: string): string => {
    probe.style.color = `var(${role})`;
    return getComputedStyle(probe).color;
  };
};

type Options = ConstructorParameters<typeof Plot>[0];

function axesOf(words: () => EdgeWords, colorOf: (role: string) => string): Options['axes'] {
  const stroke = () => colorOf('--muted');
  const grid = { stroke: () => colorOf('--line'), width: 1 };
  const shape = { stroke, grid, ticks: { show: false }, font: '12px ui-sans-serif, sans-serif' };
  return [
    {
      ...shape,
      size: EDGE_PX.bottom,
      incrs: [MINUTE_S],
      values: (_plot, seconds) => seconds.map((one) => words().time(one * MS_PER_S)),
    },
    {
      ...shape,
      size: EDGE_PX.left,
      values: (_plot, rates) => rates.map((rate) => words().rate(rate)),
    },
  ];
}

/**
 * Draws answers a second, stacked by outcome, into a box that has a size of its own.
 * @param words asked at each drawing: the language may change
 */
export function drawAnswers(box: HTMLElement, words: () => EdgeWords): AnswersPicture {
  const colorOf = colorsAt(box);
  let nowS = 0;
  const series = OUTCOMES.map((outcome) => ({
    width: 0,
    points: { show: false },
    fill: ({ ctx }: Plot) => paintOf(ctx, FILLS[outcome], colorOf),
  }));
  const options: Options = {
    width: box.clientWidth,
    height: box.clientHeight,
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { range: () => [nowS - HISTORY_S, nowS] },
      y: { range: (_plot, _least, most) => [0, Math.max(LEAST_HIGH, most * AIR)] },
    },
    axes: axesOf(words, colorOf) ?? [],
    series: [{}, ...series],
    // Each outcome is filled down to the one below it.
    bands: OUTCOMES.slice(1).map((_, i) => ({ series: [i + 2, i + 1] })),
  };
  const plot = new Plot(options, [[], ...OUTCOMES.map(() => [])], box);
  const watch = new ResizeObserver(() => {
    plot.setSize({ width: box.clientWidth, height: box.clientHeight });
  });
  watch.observe(box);
  return {
    draw: ({ seconds, tops }, nowMs) => {
      nowS = nowMs / MS_PER_S;
      plot.setData([[...seconds], ...tops.map((top) => [...top])]);
    },
    close: () => {
      watch.disconnect();
      plot.destroy();
    },
  };
}
