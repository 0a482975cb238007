/** Lets requests through, or holds them back while the load pauses. */
export class Gate {
  readonly #onStill: () => void;
  readonly #held = new Map<object, () => void>();
  #underWay = 0;
  #isShut = false;

  /** @param onStill is told when the gate is shut and no request is under way */
  constructor(onStill: () => void) {
    this.#onStill = onStill;
  }

  get isShut(): boolean {
    return this.#isShut;
  }

  /** Calls `send` when the gate opens; of several sends of one sender only the last. */
  hold(sender: object, send: () => void): void {
    this.#held.set(sender, send);
  }

  /** The connection of a sender was cut, so what it held is not sent. */
  forget(sender: object): void {
    this.#held.delete(sender);
  }

  /** A request is sent. */
  enter(): void {
    this.#underWay++;
  }

  /** A request is answered or cut. */
  leave(): void {
    this.#underWay--;
    this.#tellWhenStill();
  }

  shut(): void {
    this.#isShut = true;
    this.#tellWhenStill();
  }

  open(): void {
    this.#isShut = false;
    const held = [...this.#held.values()];
    this.#held.clear();
    for (const send of held) send();
  }

  #tellWhenStill(): void {
    if (this.#isShut && this.#underWay === 0) this.#onStill();
  }
}
