import { parseCellName } from '../../domain/ids.ts';
import { unlessAway } from '../../platform/is-away.ts';
import type { RedisListener } from '../../platform/redis.ts';
import type { AcknowledgedEntries } from './acknowledged-entries.ts';

/** What lua/lib/outbox.lua announces: cell, epoch, number of the entry, orders up to it. */
const ANNOUNCED = /^(\S+) (\d{1,15}) (\d{1,15}) (\d{1,15})$/;

/**
 * The channel on which a cell's scripts announce their entries. Messages reach every database of a
 * server, so its name says which one a cell is in.
 */
export const headChannel = (database: number): string => `doorbuster:heads:${database}`;

/**
 * Notes the newest entry of every cell as it is announced. A message that is lost is made good by
 * the next one.
 * @param onFault told of a message that nobody can read, and of a subscription that failed
 */
export function listenToHeads(
  listener: RedisListener,
  acknowledged: AcknowledgedEntries,
  onFault: (error: Error) => void,
): void {
  listener.on('message', (_channel, message) => {
    const [, name, ...numbers] = ANNOUNCED.exec(message) ?? [];
    const [epoch, seq, placed] = numbers.map(Number) as [number, number, number];
    try {
      if (name === undefined) throw new RangeError(`no announced entry: ${message}`);
      acknowledged.noteHead(parseCellName(name), { epoch, seq, placed });
    } catch (error) {
      onFault(error as Error);
    }
  });
  const channel = headChannel(listener.options.db ?? 0);
  unlessAway(listener.subscribe(channel)).catch(onFault);
}
