const HEAD_END = '\r\n\r\n';
const LENGTH = /\r\ncontent-length: *(\d+)/i;
const STATUS = { from: 9, to: 12 } as const;

/** Finds the answers in the bytes of a connection. It keeps no body. */
export class AnswerReader {
  readonly #onAnswer: (status: number) => void;
  readonly #onHead: (status: number) => void;
  #head = '';
  #status = 0;
  #bodyLeft = 0;

  /** @param on told the status of each answer: at its head, and when its body is complete */
  constructor(on: { head?: (status: number) => void; answer: (status: number) => void }) {
    this.#onHead = on.head ?? (() => {});
    this.#onAnswer = on.answer;
  }

  /** Takes the bytes of a chunk. A body without a length never ends. */
  read(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length)
      at = this.#bodyLeft > 0 ? this.#body(chunk, at) : this.#heads(chunk, at);
  }

  #body(chunk: Buffer, at: number): number {
    const taken = Math.min(this.#bodyLeft, chunk.length - at);
    this.#bodyLeft -= taken;
    if (this.#bodyLeft === 0) this.#onAnswer(this.#status);
    return at + taken;
  }

  #heads(chunk: Buffer, at: number): number {
    const known = this.#head.length;
    this.#head += chunk.toString('latin1', at);
    const end = this.#head.indexOf(HEAD_END);
    if (end < 0) return chunk.length;
    this.#status = Number(this.#head.slice(STATUS.from, STATUS.to));
    const length = LENGTH.exec(this.#head.slice(0, end))?.[1];
    this.#head = '';
    this.#bodyLeft = length === undefined ? Infinity : Number(length);
    this.#onHead(this.#status);
    if (this.#bodyLeft === 0) this.#onAnswer(this.#status);
    return at + end + HEAD_END.length - known;
  }
}
