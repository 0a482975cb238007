import { hash } from 'node:crypto';

/** How the bytes of a body may travel. */
export type Coding = 'br' | 'gzip' | 'identity';

const ETAG_CHARACTERS = 22;

/** A file of the built pages, with the codings that were made of it when it was built. */
export class BuiltFile {
  readonly contentType: string;
  readonly #tag: string;
  readonly #plain: Buffer;
  readonly #coded: ReadonlyMap<Coding, Buffer>;

  constructor(contentType: string, plain: Buffer, coded: ReadonlyMap<Coding, Buffer>) {
    this.contentType = contentType;
    this.#tag = hash('sha256', plain, 'base64url').slice(0, ETAG_CHARACTERS);
    this.#plain = plain;
    this.#coded = new Map([...coded].filter(([, bytes]) => bytes.length < plain.length));
  }

  codingFor(wanted: Coding): Coding {
    return this.#coded.has(wanted) ? wanted : 'identity';
  }

  /** A strong tag: it tells the bytes in one coding from those in another. */
  tagIn(coding: Coding): string {
    return coding === 'identity' ? `"${this.#tag}"` : `"${this.#tag}-${coding}"`;
  }

  bytesIn(coding: Coding): Buffer {
    return this.#coded.get(coding) ?? this.#plain;
  }
}

/** All files by their path in the build, e.g. `shop/index.html`; none: they are not built. */
export type BuiltPages = ReadonlyMap<string, BuiltFile>;
