import { Packr } from 'msgpackr';

/**
 * msgpack as Redis' cmsgpack reads and writes it: plain maps, no records, no extensions; 64-bit
 * integers are numbers (all of ours are below 2^53).
 */
const packr = new Packr({ useRecords: false, int64AsType: 'number', mapsAsObjects: true });

export const pack = (value: unknown): Buffer => packr.pack(value);

/** @throws when the bytes are not msgpack */
export const unpack = (bytes: Buffer): unknown => packr.unpack(bytes);

/** Decodes values that follow one another without a gap. */
export const unpackAll = (bytes: Buffer): unknown[] =>
  (packr.unpackMultiple(bytes) as unknown[] | undefined) ?? [];
