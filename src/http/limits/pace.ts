/** Requests that begin in one turn of the event loop: together they take about a millisecond. */
const EACH_TURN = 4;
/** Requests that wait for their turn; more are turned away. */
const WAITING_MAX = 500;

/**
 * Lets few costly requests begin in each turn of the event loop. All others, first of all the
 * purchases, so wait for a few of them at most, and never for a crowd.
 */
export class Pace {
  readonly #waitingMax: number;
  readonly #waiting: (() => void)[] = [];
  #left = EACH_TURN;
  #isScheduled = false;

  constructor(waitingMax = WAITING_MAX) {
    this.#waitingMax = waitingMax;
  }

  /**
   * Begins a request in this turn or in a later one, in the order in which they came.
   * @returns false when too many wait already: the request never begins
   */
  admit(begin: () => void): boolean {
    if (this.#left === 0 && this.#waiting.length >= this.#waitingMax) return false;
    this.#schedule();
    if (this.#left > 0) {
      this.#left -= 1;
      begin();
    } else this.#waiting.push(begin);
    return true;
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => this.#nextTurn());
  }

  #nextTurn(): void {
    this.#isScheduled = false;
    const begun = this.#waiting.splice(0, EACH_TURN);
    this.#left = EACH_TURN - begun.length;
    if (begun.length > 0) this.#schedule();
    for (const begin of begun) begin();
  }
}
