const PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 400;

/**
 * How long to wait before a request that failed so often is sent again: doubles with each failure;
 * half of it by chance, so that connections do not march.
 */
export function pauseMs(failures: number): number {
  if (failures === 0) return 0;
  const longest = Math.min(LONGEST_PAUSE_MS, PAUSE_MS * 2 ** (failures - 1));
  return longest * (0.5 + Math.random() / 2);
}
