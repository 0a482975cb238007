/** The resident memory of a process at one time, in bytes. */
export interface MemorySample {
  /** Changes when the process is started again. */
  readonly pid: number;
  readonly process: string;
  readonly atMs: number;
  readonly bytes: number;
}

const MIB = 1024 * 1024;
/** Node fills its young generation (three times 64 MiB) and its code before it stands. */
const MOST_BYTES = 700 * MIB;
/** A process must stand by then: everything is loaded and every path was taken. */
const WARM_MS = 10_000;
/** Growth after that, for as long as an episode lasts. A leak by request or retry is above it. */
const GROWTH_BYTES = 200 * MIB;

const inMib = (bytes: number): string => `${Math.round(bytes / MIB)} MiB`;

/** Processes that grow: beyond a bound, or on and on after they are warm. */
export function growthFaults(samples: readonly MemorySample[]): string[] {
  return [...Map.groupBy(samples, ({ pid }) => pid).values()].flatMap((list) => {
    const [first] = list;
    const most = Math.max(...list.map(({ bytes }) => bytes));
    const last = list.at(-1)!.bytes;
    const early = list.filter(({ atMs }) => atMs - first!.atMs < WARM_MS);
    const warm = Math.max(...early.map(({ bytes }) => bytes));
    const about = `memory: ${first!.process} (${first!.pid})`;
    return [
      ...(most > MOST_BYTES ? [`${about} took ${inMib(most)}`] : []),
      ...(last - warm > GROWTH_BYTES
        ? [`${about} grew from ${inMib(warm)} to ${inMib(last)}`]
        : []),
    ];
  });
}
