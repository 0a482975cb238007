/** An entry that a process acknowledged, with all that settling it needs. */
export interface AcknowledgedEntry {
  readonly epoch: number;
  readonly seq: number;
  readonly tag: string;
  /** The tag of the entry before it. */
  readonly prev: string;
  /** The shape of the body, as in the outbox. */
  readonly version: number;
  /** Orders and claims in it. */
  readonly orders: number;
  /** Orders and claims of the epoch up to and with this entry. */
  readonly placed: number;
  /** The same bytes as in the outbox, or bytes that read the same. */
  readonly body: Buffer;
}

/** The last number of an epoch that somebody knows, and the orders and claims placed by then. */
export interface Head {
  readonly epoch: number;
  readonly seq: number;
  readonly placed: number;
}

/** What a process hands over of an epoch besides its entries. */
export interface HandedHead extends Head {
  /** The process let go of entries up to this number, because the ledger had them. */
  readonly settledSeq: number;
}
