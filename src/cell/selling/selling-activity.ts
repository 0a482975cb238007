/** Counts what this process answers buyers: one that answers nobody is idle. */
export class SellingActivity {
  #count = 0;

  /** A cell answered a batch of orders, carts or claims, or an order was refused from memory. */
  note(): void {
    this.#count++;
  }

  get count(): number {
    return this.#count;
  }
}
