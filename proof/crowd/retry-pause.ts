const PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 400;

/**
 * The pause before a request is sent again. It doubles with each failure, and half of it is random,
 * so that connections drift apart.
 */
export function pauseMs(failures: number): number {
  if (failures === 0) return 0;
  const longest = Math.min(LONGEST_PAUSE_MS, PAUSE_MS * 2 ** (failures - 1));
  return longest * (0.5 + Math.random() / 2);
}
