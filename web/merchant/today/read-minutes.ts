import { answerOf, getFiguresByMinute } from '../../../client/index.ts';
import type { Page } from '../../kit/page/page.ts';
import { msOf } from '../../kit/time/timestamps.ts';
import { mergeMinutes, stretchToRead } from './minutes.ts';
import type { Minutes } from './minutes.ts';

export interface CurveOf {
  readonly sale: string;
  /** Null: of all stores. */
  readonly store: string | null;
  /** Null: of all offers. */
  readonly offer: string | null;
  readonly spanMs: number;
}

/** Reads a curve: all of it the first time, its last minutes after that. */
export function minutesReader({ sale, store, offer, spanMs }: CurveOf) {
  let known: Minutes | null = null;
  return async ({ connection, clock }: Page, signal: AbortSignal): Promise<Minutes> => {
    const { items, from, until } = await answerOf(
      getFiguresByMinute({
        client: connection.read,
        path: { sale },
        query: {
          ...stretchToRead(known, clock.now(), spanMs),
          ...(store === null ? {} : { store }),
          ...(offer === null ? {} : { offer }),
        },
        signal,
      }),
    );
    const fresh = { fromMs: msOf(from), untilMs: msOf(until), items };
    known = mergeMinutes(known, fresh, spanMs);
    return known;
  };
}
