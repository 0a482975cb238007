import { ProblemError } from '../../../client/index.ts';
import type { Change } from '../../../client/index.ts';
import { versionedOf } from './versioned.ts';
import type { Called, Versioned } from './versioned.ts';
import { pendingOf } from './watch-cells.ts';
import type { PendingCells } from './watch-cells.ts';

/** The condition of a change; the service makes it only while the condition holds. */
export type Condition = { readonly 'If-Match': string } | { readonly 'If-None-Match': '*' };

export interface SaveRequest<Thing, Answer> {
  /** What the visitor's edit began with; null: there was no such thing. */
  readonly known: { readonly tag: string } | null;
  readonly send: (condition: Condition) => Promise<Called<Answer>>;
  readonly read: () => Promise<Called<Thing>>;
  /** Whether the thing is already as the visitor wants it. */
  readonly isDone: (thing: Thing) => boolean;
  /** The newest change of the thing; null: none is found. */
  readonly findChange: () => Promise<Change | null>;
}

export interface Saved<Answer> {
  readonly kind: 'saved';
  readonly answer: Answer;
  readonly tag: string;
}

/** Someone changed or deleted the thing since it was read. Nothing is saved. */
export interface Clash<Thing> {
  readonly kind: 'clash';
  /** Null: it is gone. */
  readonly theirs: Versioned<Thing> | null;
  /** Null: the service does not say. */
  readonly by: Change | null;
}

const GONE = 404;
const STALE = 412;

const conditionOf = (known: { readonly tag: string } | null): Condition =>
  known ? { 'If-Match': known.tag } : { 'If-None-Match': '*' };

const hasStatus = (error: unknown, status: number): boolean =>
  error instanceof ProblemError && error.problem.status === status;

async function readAgain<Thing>(
  read: () => Promise<Called<Thing>>,
): Promise<Versioned<Thing> | null> {
  try {
    return await versionedOf(read());
  } catch (error) {
    if (hasStatus(error, GONE)) return null;
    throw error;
  }
}

/**
 * Saves an edit unless someone else changed the thing since. A request whose answer was lost is
 * sent again by the client, and then meets its own change: that is no clash.
 * @throws ProblemError when the service refuses it for another reason
 */
export async function save<Thing, Answer>(
  request: SaveRequest<Thing, Answer>,
): Promise<Saved<Answer> | Clash<Thing>> {
  const { known, send, read, isDone, findChange } = request;
  const attempt = async (at: { readonly tag: string } | null): Promise<Saved<Answer>> => {
    const { data, tag } = await versionedOf(send(conditionOf(at)));
    return { kind: 'saved', answer: data, tag };
  };
  try {
    return await attempt(known);
  } catch (error) {
    if (!hasStatus(error, STALE)) throw error;
  }
  const theirs = await readAgain(read);
  // The repetition changes nothing, and says which cells have it.
  if (theirs && isDone(theirs.data)) return attempt(theirs);
  return { kind: 'clash', theirs, by: await findChange().catch(() => null) };
}

/**
 * Sends a saved change once more: it changes nothing, and the answer says which cells lack it.
 * @param request names the version that the save made
 * @returns null when a newer change has replaced it
 */
export async function askPending<Thing, Answer extends object>({
  known,
  send,
}: SaveRequest<Thing, Answer>): Promise<PendingCells> {
  try {
    return pendingOf((await versionedOf(send(conditionOf(known)))).data);
  } catch (error) {
    if (hasStatus(error, STALE)) return null;
    throw error;
  }
}
