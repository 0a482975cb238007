import type { OutboxItem } from '../../domain/outbox-entry.ts';

/** An entry that a recovery drains: from the outbox, or handed over by a process. */
export interface DrainedItem extends OutboxItem {
  /** Orders and claims of the epoch up to and with it; null: an outbox does not say. */
  readonly placed: number | null;
}

/** The entry of an epoch that settled last; seq 0: none. */
export interface Position {
  readonly seq: number;
  readonly tag: string;
}

/** A part of an epoch that settles in one go. */
export interface Stretch {
  /** Numbers that nobody has precede it, from the one after the last settled entry. */
  readonly isAfterGap: boolean;
  readonly items: readonly DrainedItem[];
}

/** Entries that continue an epoch, and those that do not. */
export interface Chain {
  readonly stretches: readonly Stretch[];
  readonly aside: readonly DrainedItem[];
  /** From here on nothing continues the epoch any more. */
  readonly isBroken: boolean;
}

/** One for each tag; a readable one before one that is not. */
function candidates(items: readonly DrainedItem[]): DrainedItem[] {
  const byTag = new Map<string, DrainedItem>();
  for (const item of items) {
    if (!byTag.get(item.tag)?.entry) byTag.set(item.tag, item);
  }
  return [...byTag.values()];
}

/**
 * Finds the entries that follow a position: each names the tag of the one before. Behind numbers
 * that nobody has it goes on, because the entries there were acknowledged too.
 * @param items of one epoch, ascending, all after the position; several may have one number
 * @param isBroken nothing continued the epoch any more before these
 */
export function chainAfter(
  position: Position,
  items: readonly DrainedItem[],
  isBroken = false,
): Chain {
  const stretches: { isAfterGap: boolean; items: DrainedItem[] }[] = [];
  const aside: DrainedItem[] = [];
  let { seq: last, tag } = position;
  for (const [seq, same] of Map.groupBy(items, (item) => item.seq)) {
    const found = candidates(same);
    const isAfterGap = seq > last + 1;
    const next = isAfterGap
      ? (found.find(({ entry }) => entry) ?? found[0])
      : same.find(({ prev }) => prev === tag);
    isBroken ||= !next;
    if (isBroken) {
      aside.push(...found);
      continue;
    }
    aside.push(...found.filter((item) => item.tag !== next!.tag));
    if (isAfterGap || stretches.length === 0) stretches.push({ isAfterGap, items: [] });
    stretches.at(-1)!.items.push(next!);
    [last, tag] = [seq, next!.tag];
  }
  return { stretches, aside, isBroken };
}
