/** An answer as it came over a socket. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

export interface Parsed {
  /** Whole answers, in order, without those of the 100 class. */
  readonly answers: readonly RawAnswer[];
  /** Bytes of an answer that is not whole. */
  readonly rest: number;
  /** Why the bytes are no answers; null: they are. */
  readonly fault: string | null;
}

const LINE_END = '\r\n';
const HEAD_END = '\r\n\r\n';
const STATUS_LINE = /^HTTP\/1\.1 (\d{3}) [\x20-\x7e]*$/;
const HEADER = /^([\w!#$%&'*+.^`|~-]+): ?([\t\x20-\x7e\x80-\xff]*)$/;
const CHUNK_SIZE = /^([0-9a-f]+)$/i;
const NO_BODY = new Set([204, 304]);
const FINAL_FROM = 200;

/** The body and where it ends; null: it is not whole. */
type Body = { readonly body: Buffer; readonly end: number } | null;

class Malformed extends Error {}

/**
 * Reads answers as strictly as a proxy should.
 * @param isHead the answers are to HEAD: none has a body
 */
export function parseAnswers(bytes: Buffer, isClosed: boolean, isHead: boolean): Parsed {
  const answers: RawAnswer[] = [];
  let at = 0;
  try {
    while (at < bytes.length) {
      const headEnd = bytes.indexOf(HEAD_END, at);
      if (headEnd < 0) break;
      const { status, headers } = headOf(bytes.toString('latin1', at, headEnd));
      const start = headEnd + HEAD_END.length;
      const isBodiless = isHead || NO_BODY.has(status) || status < FINAL_FROM;
      const read = isBodiless
        ? { body: Buffer.alloc(0), end: start }
        : bodyOf(bytes, start, headers, isClosed);
      if (!read) break;
      if (status >= FINAL_FROM) answers.push({ status, headers, body: read.body });
      at = read.end;
    }
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return { answers, rest: bytes.length - at, fault: error.message };
  }
  return { answers, rest: bytes.length - at, fault: null };
}

function headOf(text: string): Pick<RawAnswer, 'status' | 'headers'> {
  const [first = '', ...lines] = text.split(LINE_END);
  const [, status] = STATUS_LINE.exec(first) ?? [];
  if (status === undefined) throw new Malformed(`not a status line: ${JSON.stringify(first)}`);
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, name, value = ''] = HEADER.exec(line) ?? [];
    if (name === undefined) throw new Malformed(`not a header: ${JSON.stringify(line)}`);
    headers.set(name.toLowerCase(), value);
  }
  const isFramedTwice = headers.has('content-length') && headers.has('transfer-encoding');
  if (isFramedTwice) throw new Malformed('the answer has two lengths');
  return { status: Number(status), headers };
}

function bodyOf(
  bytes: Buffer,
  start: number,
  headers: RawAnswer['headers'],
  isClosed: boolean,
): Body {
  if (headers.get('transfer-encoding') === 'chunked') return chunkedBody(bytes, start);
  const length = headers.get('content-length');
  if (length === undefined) {
    return isClosed ? { body: bytes.subarray(start), end: bytes.length } : null;
  }
  const end = start + Number(length);
  return end <= bytes.length ? { body: bytes.subarray(start, end), end } : null;
}

function chunkedBody(bytes: Buffer, start: number): Body {
  const chunks: Buffer[] = [];
  for (let at = start; ;) {
    const lineEnd = bytes.indexOf(LINE_END, at);
    if (lineEnd < 0) return null;
    const line = bytes.toString('latin1', at, lineEnd);
    const [, digits] = CHUNK_SIZE.exec(line) ?? [];
    if (digits === undefined) throw new Malformed(`not a chunk size: ${JSON.stringify(line)}`);
    const from = lineEnd + LINE_END.length;
    const to = from + Number.parseInt(digits, 16);
    const end = to + LINE_END.length;
    if (end > bytes.length) return null;
    if (bytes.toString('latin1', to, end) !== LINE_END) throw new Malformed('a chunk has no end');
    if (to === from) return { body: Buffer.concat(chunks), end };
    chunks.push(bytes.subarray(from, to));
    at = end;
  }
}
