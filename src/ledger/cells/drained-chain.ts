import type { OutboxItem } from '../../domain/outbox-entry.ts';

/** An entry that a recovery drains: from the outbox, or handed over by a process. */
export interface DrainedItem extends OutboxItem {
  /** A process handed it over: it told a shopper that the orders are placed. */
  readonly isHanded: boolean;
  /** Found in the records of shoppers: its tag and the one before it are made up. */
  readonly isRecorded: boolean;
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

/** The entry of a number that continues a chain; undefined: none does. */
function nextOf(same: readonly DrainedItem[], tag: string, isFree: boolean) {
  const next = isFree ? same : same.filter(({ prev }) => prev === tag);
  return next.find(({ entry }) => entry) ?? next[0];
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
  const bySeq = Map.groupBy(items, (item) => item.seq);
  let { seq: last, tag } = position;
  for (const [seq, group] of bySeq) {
    const same = candidates(group);
    const isAfterGap = seq > last + 1;
    const isRecorded = same[0]!.isRecorded;
    const next = nextOf(isAfterGap ? same : group, tag, isAfterGap || isRecorded);
    isBroken ||= !next;
    if (isBroken) {
      aside.push(...same);
      continue;
    }
    aside.push(...same.filter((item) => item.tag !== next!.tag));
    if (isAfterGap || stretches.length === 0) stretches.push({ isAfterGap, items: [] });
    const linked = isRecorded ? linkedIn(next!, tag, bySeq.get(seq + 1)) : next!;
    stretches.at(-1)!.items.push(linked);
    [last, tag] = [seq, linked.tag];
  }
  return { stretches, aside, isBroken };
}

/** An entry from records, with the tags that its neighbours name. */
function linkedIn(
  item: DrainedItem,
  prev: string,
  following: readonly DrainedItem[] | undefined,
): DrainedItem {
  const after = following?.find(({ entry, isRecorded }) => entry && !isRecorded);
  const tag = after?.prev || item.tag;
  return { ...item, prev, tag, entry: item.entry && { ...item.entry, prev, tag } };
}
