import { hash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Coding } from '../../platform/pages/built-file.ts';
import type { Time } from '../../platform/time.ts';
import type { ReadyBytes } from '../ready-bytes.ts';

/** What a page says. */
export interface PageText {
  /** JSON. The page's tag covers it. */
  readonly terms: string;
  /** JSON fields that the page has behind those of `terms`, and the tag does not cover. */
  readonly extra?: string;
}

/** Low levels: a page lives for a second at most. */
const GZIP_LEVEL = 1;
const BROTLI_QUALITY = 3;
/** A smaller body travels in one packet or two, compressed or not. */
const COMPRESSED_FROM_BYTES = 1_024;
const ETAG_CHARACTERS = 16;

const brotli = promisify(brotliCompress);
const gzipped = promisify(gzip);
const compress = {
  br: (body: Buffer): Promise<Buffer> =>
    brotli(body, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } }),
  gzip: (body: Buffer): Promise<Buffer> => gzipped(body, { level: GZIP_LEVEL }),
};

/** An answer as bytes. All who read it share them, however slowly they read. */
export class ReadyPage implements ReadyBytes {
  readonly body: Buffer;
  /** A weak tag, the same in every coding. */
  readonly etag: string;
  readonly terms: string;
  readonly #coded = new Map<Coding, Buffer | Promise<Buffer>>();

  constructor({ terms, extra }: PageText) {
    const text = extra === undefined ? terms : `${terms.slice(0, -1)},${extra}}`;
    this.body = Buffer.from(text);
    this.etag = `W/"${hash('sha256', terms, 'base64url').slice(0, ETAG_CHARACTERS)}"`;
    this.terms = terms;
  }

  /** The coding to use for a client that prefers `wanted`. */
  codingFor(wanted: Coding): Coding {
    return this.body.length < COMPRESSED_FROM_BYTES ? 'identity' : wanted;
  }

  tagIn(_coding: Coding): string {
    return this.etag;
  }

  /** Compresses once, and only for a coding that someone asks for. */
  bytesIn(coding: Coding): Buffer | Promise<Buffer> {
    if (coding === 'identity') return this.body;
    const known = this.#coded.get(coding);
    if (known) return known;
    const made = compress[coding](this.body).then((bytes) => {
      this.#coded.set(coding, bytes);
      return bytes;
    });
    this.#coded.set(coding, made);
    return made;
  }
}

interface Kept {
  readonly page: ReadyPage;
  readonly madeMs: number;
  readonly checkedMs: number;
}

/** How long a page is sent without a look at what it shows. */
const FRESH_MS = 200;
/** A page that shows the same is kept for this long: its `serverTime` is no older. */
const SAME_MS = 1_000;
/** The page looked at longest ago is dropped first, when there are too many pages or bytes. */
const MAX_PAGES = 256;
const MAX_BYTES = 16 * 1024 * 1024;

/**
 * Pages that everyone sees alike. A page is made when someone asks for it, at most once in 200 ms,
 * and the next readers get the same bytes.
 */
export class ReadyPages {
  readonly #time: Pick<Time, 'now'>;
  readonly #pages = new Map<string, Kept>();
  #bytes = 0;

  constructor(time: Pick<Time, 'now'>) {
    this.#time = time;
  }

  /**
   * @param key names the page
   * @param say null when there is no such page
   */
  page(key: string, say: (nowMs: number) => PageText | null): ReadyPage | null {
    const nowMs = this.#time.now();
    const kept = this.#pages.get(key);
    if (kept && Math.abs(nowMs - kept.checkedMs) < FRESH_MS) return kept.page;
    const text = say(nowMs);
    this.#drop(key);
    if (!text) return null;
    const isSame = kept?.page.terms === text.terms && Math.abs(nowMs - kept.madeMs) < SAME_MS;
    const next = isSame ? kept : { page: new ReadyPage(text), madeMs: nowMs };
    this.#keep(key, { ...next, checkedMs: nowMs });
    return next.page;
  }

  /** Call it after a change, so that the next reader sees the change at once. */
  forget(): void {
    this.#pages.clear();
    this.#bytes = 0;
  }

  #drop(key: string): void {
    const dropped = this.#pages.get(key);
    if (!dropped) return;
    this.#pages.delete(key);
    this.#bytes -= dropped.page.body.length;
  }

  #keep(key: string, kept: Kept): void {
    this.#pages.set(key, kept);
    this.#bytes += kept.page.body.length;
    const hasTooMuch = () => this.#pages.size > MAX_PAGES || this.#bytes > MAX_BYTES;
    while (this.#pages.size > 1 && hasTooMuch()) {
      this.#drop(this.#pages.keys().next().value!);
    }
  }
}
