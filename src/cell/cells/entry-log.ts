import type { KeptEntry } from '../selling/kept-entry.ts';

/** Where a record's fields are, in bytes from its start; its parts follow the last one. */
const SIZE = 0;
const SEQ = 4;
const PLACED = 12;
const ORDERS = 20;
const KIND = 22;
const FACTS_SIZE = 23;
const PARTS = 27;

/** A page holds some hundred orders; a larger record gets a page of its own size. */
const PAGE_BYTES = 64 * 1024;
/** Free pages kept for the next records, so that a steady load allocates nothing. */
const SPARE_PAGES_MAX = 16;

export interface EntryRecord extends KeptEntry {
  readonly seq: number;
  /** Orders and claims of the epoch up to and with this entry. */
  readonly placed: number;
}

interface Page {
  readonly bytes: Buffer;
  /** Where the next record goes. */
  end: number;
  lowestSeq: number;
  highestSeq: number;
}

/** Pages that several logs take and give back. */
export class PagePool {
  readonly #spare: Buffer[] = [];

  take(bytesMin: number): Buffer {
    if (bytesMin > PAGE_BYTES) return Buffer.allocUnsafeSlow(bytesMin);
    return this.#spare.pop() ?? Buffer.allocUnsafeSlow(PAGE_BYTES);
  }

  giveBack(page: Buffer): void {
    if (page.length === PAGE_BYTES && this.#spare.length < SPARE_PAGES_MAX) this.#spare.push(page);
  }
}

/**
 * Records of entries, copied one behind another into pages of bytes. So a record costs no object
 * that garbage collection would have to follow, and it holds on to nothing else.
 */
export class EntryLog {
  readonly #pool: PagePool;
  readonly #pages: Page[] = [];
  /** Where the oldest record begins in the first page. */
  #start = 0;
  #entries = 0;
  #orders = 0;

  constructor(pool: PagePool) {
    this.#pool = pool;
  }

  /** `bytes` of the pages, whether full or not. */
  totals(): { entries: number; orders: number; bytes: number } {
    const bytes = this.#pages.reduce((sum, page) => sum + page.bytes.length, 0);
    return { entries: this.#entries, orders: this.#orders, bytes };
  }

  append(seq: number, placed: number, { orders, kind, facts, rest }: KeptEntry): void {
    const size = PARTS + facts.length + rest.length;
    const page = this.#pageFor(size);
    const { bytes, end: at } = page;
    bytes.writeUInt32LE(size, at + SIZE);
    bytes.writeDoubleLE(seq, at + SEQ);
    bytes.writeDoubleLE(placed, at + PLACED);
    bytes.writeUInt16LE(orders, at + ORDERS);
    bytes[at + KIND] = kind;
    bytes.writeUInt32LE(facts.length, at + FACTS_SIZE);
    bytes.set(facts, at + PARTS);
    bytes.set(rest, at + PARTS + facts.length);
    page.end += size;
    page.lowestSeq = Math.min(page.lowestSeq, seq);
    page.highestSeq = Math.max(page.highestSeq, seq);
    this.#entries++;
    this.#orders += orders;
  }

  #pageFor(size: number): Page {
    const last = this.#pages.at(-1);
    if (last && last.bytes.length - last.end >= size) return last;
    const bytes = this.#pool.take(size);
    const page = { bytes, end: 0, lowestSeq: Infinity, highestSeq: 0 };
    this.#pages.push(page);
    return page;
  }

  /** Drops the records at the front up to a number, and stops at the first above it. */
  dropUpTo(seq: number): void {
    for (let page = this.#pages[0]; page; page = this.#pages[0]) {
      while (this.#start < page.end) {
        if (page.bytes.readDoubleLE(this.#start + SEQ) > seq) return;
        this.#entries--;
        this.#orders -= page.bytes.readUInt16LE(this.#start + ORDERS);
        this.#start += page.bytes.readUInt32LE(this.#start + SIZE);
      }
      this.#pages.shift();
      this.#pool.giveBack(page.bytes);
      this.#start = 0;
    }
  }

  has(seq: number): boolean {
    return this.#pages.some((page, i) => {
      if (seq < page.lowestSeq || seq > page.highestSeq) return false;
      let at = i === 0 ? this.#start : 0;
      while (at < page.end && page.bytes.readDoubleLE(at + SEQ) !== seq) {
        at += page.bytes.readUInt32LE(at + SIZE);
      }
      return at < page.end;
    });
  }

  /**
   * In the order in which they were appended, read as they are asked for. Their parts are views of
   * the pages, so nothing may be dropped meanwhile.
   */
  *records(): Generator<EntryRecord> {
    for (const [i, { bytes, end }] of this.#pages.entries()) {
      let at = i === 0 ? this.#start : 0;
      while (at < end) {
        yield recordAt(bytes, at);
        at += bytes.readUInt32LE(at + SIZE);
      }
    }
  }
}

function recordAt(bytes: Buffer, at: number): EntryRecord {
  const rest = at + PARTS + bytes.readUInt32LE(at + FACTS_SIZE);
  return {
    seq: bytes.readDoubleLE(at + SEQ),
    placed: bytes.readDoubleLE(at + PLACED),
    orders: bytes.readUInt16LE(at + ORDERS),
    kind: bytes[at + KIND]!,
    facts: bytes.subarray(at + PARTS, rest),
    rest: bytes.subarray(rest, at + bytes.readUInt32LE(at + SIZE)),
  };
}
