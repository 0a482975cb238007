/** Requests that begin in one turn of the event loop: together they take about a millisecond. */
const EACH_TURN = 4;
/** Requests of each kind that wait for their turn; more are turned away. */
const WAITING_MAX = 500;

/**
 * Lets few costly requests begin in each turn of the event loop. So all others, purchases above
 * all, wait for a few of them at most.
 */
export class Pace {
  readonly #waitingMax: number;
  readonly #urgent: (() => void)[] = [];
  readonly #usual: (() => void)[] = [];
  #left = EACH_TURN;
  #isScheduled = false;

  constructor(waitingMax = WAITING_MAX) {
    this.#waitingMax = waitingMax;
  }

  /**
   * Begins a request in this turn or in a later one: urgent ones first, each kind in the order in
   * which they came.
   * @returns false when too many of its kind wait already: the request never begins
   */
  admit(isUrgent: boolean, begin: () => void): boolean {
    const waiting = isUrgent ? this.#urgent : this.#usual;
    if (this.#left === 0 && waiting.length >= this.#waitingMax) return false;
    this.#schedule();
    if (this.#left > 0) {
      this.#left -= 1;
      begin();
    } else waiting.push(begin);
    return true;
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => this.#nextTurn());
  }

  #nextTurn(): void {
    this.#isScheduled = false;
    const urgent = this.#urgent.splice(0, EACH_TURN);
    const begun = [...urgent, ...this.#usual.splice(0, EACH_TURN - urgent.length)];
    this.#left = EACH_TURN - begun.length;
    if (begun.length > 0) this.#schedule();
    for (const begin of begun) begin();
  }
}
