/** How far settlement is behind the cell. */
export interface Behind {
  readonly entries: number;
  /** Since the oldest unsettled entry was first seen; 0 without one. */
  readonly ms: number;
}

interface Mark {
  readonly seq: number;
  readonly seenMs: number;
}

/** Marks kept at most; a new one beyond it replaces the newest, and the oldest stays. */
const MARKS_MAX = 1_000;

/** Measures how long the oldest unsettled entry of a cell has been waiting. */
export class Lag {
  #marks: Mark[] = [];

  /**
   * @param seq the last entry of the cell
   * @param watermark the last settled entry
   */
  note(seq: number, watermark: number, nowMs: number): Behind {
    // A new epoch numbers its entries from 1.
    const isSameEpoch = seq >= (this.#marks.at(-1)?.seq ?? 0);
    this.#marks = isSameEpoch ? this.#marks.filter((mark) => mark.seq > watermark) : [];
    const isNews = seq > Math.max(watermark, this.#marks.at(-1)?.seq ?? 0);
    if (isNews && this.#marks.length === MARKS_MAX) this.#marks.pop();
    if (isNews) this.#marks.push({ seq, seenMs: nowMs });
    const oldest = this.#marks[0];
    return { entries: Math.max(0, seq - watermark), ms: oldest ? nowMs - oldest.seenMs : 0 };
  }
}
