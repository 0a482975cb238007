import { answerOf, listChanges } from '../../../client/index.ts';
import type { Change, Client } from '../../../client/index.ts';
import { timestampOf } from '../../kit/time/timestamps.ts';
import type { savingWords } from './words.ts';

const LIMIT = '100';
const PAGES_MOST = 5;
const MINUTE_MS = 60_000;
/** A change older than this is hardly the one that an open edit met; it is looked for after it. */
const LOOK_BACK_MS = 60 * MINUTE_MS;

/** The last change in a stretch of time; the service lists them oldest first. */
async function lastSince(
  client: Client,
  sale: string,
  subject: string,
  from: string | null,
): Promise<Change | null> {
  let last: Change | null = null;
  let cursor: string | null = null;
  for (let pages = 0; pages < PAGES_MOST; pages++) {
    const query = {
      subject,
      limit: LIMIT,
      ...(from === null ? {} : { from }),
      ...(cursor === null ? {} : { cursor }),
    };
    const page: { items: Change[]; next: string | null } = await answerOf(
      listChanges({ client, path: { sale }, query }),
    );
    last = page.items.at(-1) ?? last;
    cursor = page.next;
    if (cursor === null) break;
  }
  return last;
}

/** The newest change of a thing by a person. @param subject e.g. `offer:mug` */
export async function findChange(
  client: Client,
  sale: string,
  subject: string,
  nowMs: number,
): Promise<Change | null> {
  const from = timestampOf(nowMs - LOOK_BACK_MS);
  return (
    (await lastSince(client, sale, subject, from)) ?? (await lastSince(client, sale, subject, null))
  );
}

type Who = (typeof savingWords)['en']['who'];

/** The person of a change. A merchant learns names only of people of the own store. */
export function nameOf({ sub, role }: Pick<Change, 'sub' | 'role'>, words: Who): string {
  if (sub !== null) return sub;
  if (role === 'operator') return words.operator;
  return role === 'merchant' ? words.merchant : words.other;
}
