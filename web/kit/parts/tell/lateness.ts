import type { Loaded } from '../../api/load.ts';
import { QUIET_MS } from '../../api/stream.ts';
import type { EventStream } from '../../api/stream.ts';

/** A stream without a connection for longer is told. */
const DOWN_MS = 2_000;
/** Without a stream there is only what is read, which happens every 30 s where one is wanted. */
const READ_MS = 35_000;

/** Whether the view must not be taken for the present. @param sinceMs its newest news */
function isLate({ state, downMs }: EventStream, sinceMs: number, nowMs: number): boolean {
  // The service will not stream this, for instance because the sale closed long ago.
  if (state.value === 'refused') return nowMs - sinceMs > READ_MS;
  const goneMs = downMs.value;
  return goneMs === null ? nowMs - sinceMs > QUIET_MS : nowMs - goneMs > DOWN_MS;
}

/**
 * When a view was last known to be true, by `monotonic`, if it may no longer be.
 * @param stream brings news of it; null: nothing does
 * @returns null: what is shown is the present
 */
export function agedSince(
  now: Extract<Loaded<unknown>, { readonly atMs: number }>,
  stream: EventStream | null,
  nowMs: number,
): number | null {
  if (now.state !== 'ready') return now.atMs;
  if (!stream) return null;
  const sinceMs = Math.max(now.atMs, stream.heardMs.value ?? now.atMs);
  return isLate(stream, sinceMs, nowMs) ? sinceMs : null;
}
