/** How the bytes of a body may travel. */
export type Coding = 'br' | 'gzip' | 'identity';

/** A body that is ready to be sent, in one coding or more. */
export interface ReadyBytes {
  /** The coding to use for a client that prefers `wanted`. */
  codingFor(wanted: Coding): Coding;
  tagIn(coding: Coding): string;
  bytesIn(coding: Coding): Buffer | Promise<Buffer>;
}

/** A file of the pages for people, as it was built. */
export interface PageFile extends ReadyBytes {
  readonly contentType: string;
}

/** All files by their path in the build, e.g. `shop/index.html`; none: they are not built. */
export type BuiltPages = ReadonlyMap<string, PageFile>;
