import type { Coding } from '../platform/pages/built-file.ts';

/** A body that is ready to be sent, in one coding or more. */
export interface ReadyBytes {
  /** The coding to use for a client that prefers `wanted`. */
  codingFor(wanted: Coding): Coding;
  tagIn(coding: Coding): string;
  bytesIn(coding: Coding): Buffer | Promise<Buffer>;
}
