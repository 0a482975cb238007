import { hash } from 'node:crypto';
import type { SaleId } from '../../domain/ids.ts';
import { toTimestamp } from '../../domain/timestamps.ts';
import { PUBLIC } from '../../domain/people/viewer.ts';
import type { Viewer } from '../../domain/people/viewer.ts';
import type { Time } from '../../platform/time.ts';
import type { SaleView } from '../../service/terms/sale-view.ts';

/** A sale as text, ready to send. */
export interface SalePage {
  readonly text: string;
  /** A weak tag: it covers everything except the server's time. */
  readonly etag: string;
  readonly renderedMs: number;
}

export interface SalePagesDeps {
  readonly saleViewById: (sale: SaleId, viewer: Viewer) => SaleView | null;
  readonly time: Pick<Time, 'now'>;
}

/** The greatest age of a page. */
const FRESH_MS = 200;
const ETAG_CHARACTERS = 16;

function render(view: SaleView, nowMs: number): SalePage {
  const terms = JSON.stringify(view);
  const etag = `W/"${hash('sha256', terms, 'base64url').slice(0, ETAG_CHARACTERS)}"`;
  const serverTime = toTimestamp(nowMs);
  const text = `${terms.slice(0, -1)},"serverTime":"${serverTime}"}`;
  return { text, etag, renderedMs: nowMs };
}

/** Serves the hottest read: it serialises a sale at most once in 200 ms, for all of the public. */
export class SalePages {
  readonly #deps: SalePagesDeps;
  readonly #pages = new Map<SaleId, SalePage>();

  constructor(deps: SalePagesDeps) {
    this.#deps = deps;
  }

  /** @returns null when the viewer sees no such sale */
  page(sale: SaleId, viewer: Viewer): SalePage | null {
    const now = this.#deps.time.now();
    if (viewer.kind !== 'public') {
      const own = this.#deps.saleViewById(sale, viewer);
      return own && render(own, now);
    }
    const known = this.#pages.get(sale);
    if (known && Math.abs(now - known.renderedMs) < FRESH_MS) return known;
    const view = this.#deps.saleViewById(sale, PUBLIC);
    if (!view) {
      this.#pages.delete(sale);
      return null;
    }
    const fresh = render(view, now);
    this.#pages.set(sale, fresh);
    return fresh;
  }

  /** Call it after a change, so that the next reader sees the change at once. */
  forget(sale: SaleId): void {
    this.#pages.delete(sale);
  }
}

/** Reads If-None-Match: a list of tags, or `*`. */
export function matchesTag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((tag) => tag.trim() === etag || tag.trim() === '*');
}
