import { DeadlineOver, within } from '../platform/deadline.ts';

const CLOSE_MS = 2_000;

/**
 * Closes a queue or a worker of BullMQ. On a silent connection that takes until the time-out of the
 * socket, so after 2 s it is left alone: it goes on by itself, and begins no job.
 */
export async function closeInTime(one: { close(): Promise<void> }): Promise<void> {
  await within(CLOSE_MS, () => one.close()).catch((error: unknown) => {
    if (!(error instanceof DeadlineOver)) throw error;
  });
}
