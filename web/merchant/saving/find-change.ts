import { answerOf, listChanges } from '../../../client/index.ts';
import type { Change, Client } from '../../../client/index.ts';
import { timestampOf } from '../../kit/time/timestamps.ts';
import type { savingWords } from './words.ts';

const LIMIT = '100';
const PARTS_MOST = 5;
const MINUTE_MS = 60_000;
/** A change older than this is hardly the one that an open edit met; it is looked for after it. */
const LOOK_BACK_MS = 60 * MINUTE_MS;

interface ChangesPart {
  readonly items: readonly Change[];
  readonly next: string | null;
}

/**
 * The newest of some changes, which the service lists oldest first.
 * @param read a part of them. @param cursor null: the first part
 * @returns null when there is none, or when the newest is not among those read
 */
export async function newestOf(
  read: (cursor: string | null) => Promise<ChangesPart>,
): Promise<Change | null> {
  let last: Change | null = null;
  let cursor: string | null = null;
  for (let parts = 0; parts < PARTS_MOST; parts++) {
    const part: ChangesPart = await read(cursor);
    last = part.items.at(-1) ?? last;
    cursor = part.next;
    if (cursor === null) return last;
  }
  return null;
}

const changesSince =
  (client: Client, sale: string, subject: string, from: string | null) =>
  (cursor: string | null): Promise<ChangesPart> => {
    const query = {
      subject,
      limit: LIMIT,
      ...(from === null ? {} : { from }),
      ...(cursor === null ? {} : { cursor }),
    };
    return answerOf(listChanges({ client, path: { sale }, query }));
  };

/**
 * The newest change of a thing. Its visitor may have made it, in another tab.
 * @param subject e.g. `offer:mug`
 */
export async function findChange(
  client: Client,
  sale: string,
  subject: string,
  nowMs: number,
): Promise<Change | null> {
  const from = timestampOf(nowMs - LOOK_BACK_MS);
  const recent = await newestOf(changesSince(client, sale, subject, from));
  return recent ?? newestOf(changesSince(client, sale, subject, null));
}

type Who = (typeof savingWords)['en']['who'];

/** The person of a change. A merchant learns names only of people of the own store. */
export function nameOf({ sub, role }: Pick<Change, 'sub' | 'role'>, words: Who): string {
  if (sub !== null) return sub;
  if (role === 'operator') return words.operator;
  return role === 'merchant' ? words.merchant : words.other;
}
