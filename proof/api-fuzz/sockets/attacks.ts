import fc from 'fast-check';
import { CALLERS } from '../world/callers.ts';
import { ODD_PARTS } from '../requests/odd-values.ts';

/** What one connection sends, and how many answers may come back. */
export interface Attack {
  readonly name: string;
  /** Text to send, one byte a character, or milliseconds to wait. */
  readonly parts: readonly (string | number)[];
  readonly least: number;
  readonly most: number;
  /** What the client does when it has sent everything. */
  readonly end: 'stays' | 'half-closes' | 'cuts';
  readonly isHead?: boolean;
  /** The answer begins and never ends. */
  readonly isStream?: boolean;
}

const HOST = 'Host: localhost';
const JSON_TYPE = 'Content-Type: application/json';
const SHOPPER = `Authorization: ${CALLERS['shopper alice']}`;
const OPERATOR = `Authorization: ${CALLERS.operator}`;
const ORDER = '{"lines":[{"offer":"mug","quantity":1}]}';
/** The sale that the requests are for. */
export const ATTACKED_SALE = 'attacked';
const SALE = `/v1/sales/${ATTACKED_SALE}`;

const lines = (...list: readonly string[]): string => `${list.join('\r\n')}\r\n\r\n`;
const get = (path: string, ...headers: readonly string[]): string =>
  lines(`GET ${path} HTTP/1.1`, HOST, ...headers);
const post = (path: string, body: string, ...headers: readonly string[]): string =>
  lines(`POST ${path} HTTP/1.1`, HOST, JSON_TYPE, SHOPPER, ...headers) + body;
const order = (key: number): string =>
  post(`${SALE}/orders`, ORDER, `Content-Length: ${ORDER.length}`, `Idempotency-Key: raw-${key}`);

const one = { least: 1, most: 1, end: 'stays' } as const;
/** Refused with an answer, or by closing the connection. */
const refused = { least: 0, most: 1, end: 'stays' } as const;

const SMUGGLED = get('/v1/sales/smuggled');
const KEYS = 1_000_000;

const key = fc.nat(KEYS);
const sound = fc.oneof(
  key.map(order),
  fc.constantFrom(get('/healthz'), get('/v1/sales'), get(SALE), get('/problems/sold_out')),
);
const end = fc.constantFrom('stays', 'half-closes', 'cuts');

const pipelined = fc.array(sound, { minLength: 1, maxLength: 12 }).map((list): Attack => {
  // Only few may wait behind one that is not answered.
  return { name: 'pipelined', parts: [list.join('')], least: 0, most: list.length, end: 'stays' };
});

// Node takes the half-closed connection for one that is given up.
const halfClosed = sound.map((text): Attack => {
  return { name: 'half-closed', parts: [text], least: 0, most: 1, end: 'half-closes' };
});

const cutShort = fc
  .tuple(sound, fc.double({ min: 0, max: 1, noNaN: true }), end)
  .map(([text, share, how]): Attack => ({
    name: 'cut short',
    parts: [text.slice(0, Math.floor(share * text.length))],
    least: 0,
    most: 1,
    end: how as Attack['end'],
  }));

const slow = fc.tuple(sound, fc.integer({ min: 1, max: 4 })).map(([text, pause]): Attack => {
  const size = Math.ceil(text.length / 40);
  const pieces = text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
  return { name: 'slow', parts: pieces.flatMap((piece) => [piece, pause]), ...one };
});

const tooSlow = fc
  .constantFrom(get('/healthz').slice(0, -2), order(0).slice(0, -5))
  .map((text): Attack => ({ name: 'too slow', parts: [text, 200, '', 200], ...refused }));

const BAD_HEADERS = [
  ...['no colon', ': no name', 'Space : x', 'Tab\t: x', 'Nul: \0', 'Cr: a\rb', 'Lf: a\nb', 'É: x'],
  ...[' folded: x', 'X: y\r\n folded', 'Host: other', 'X: \x7f', '\0: x', 'X\r: y', '(: )'],
  ...['Connection: Host', 'Connection: close, keep-alive', 'Transfer-Encoding: \v chunked'],
];
const badHeader = fc.constantFrom(...BAD_HEADERS).map((line): Attack => {
  return { name: `header ${JSON.stringify(line)}`, parts: [get('/healthz', line)], ...refused };
});

const FRAMINGS = [
  ['Content-Length: 5', 'Content-Length: 6'],
  ['Content-Length: 5, 6'],
  ['Content-Length: 5', 'Transfer-Encoding: chunked'],
  ['Transfer-Encoding: chunked', 'Content-Length: 5'],
  ['Transfer-Encoding: chunked', 'Transfer-Encoding: identity'],
  ['Transfer-Encoding: identity'],
  ['Transfer-Encoding: xchunked'],
  ['Transfer-Encoding: chunked, identity'],
  ['Transfer-Encoding : chunked'],
  ['Transfer-Encoding:\tchunked', 'Content-Length: 3'],
  ['Transfer-Encoding: "chunked"'],
  ['Content-Length: +5'],
  ['Content-Length: -1'],
  ['Content-Length: 0x5'],
  ['Content-Length: 5e0'],
  ['Content-Length: 5 5'],
  ['Content-Length: 99999999999999999999'],
  ['Content-Length:'],
];
/** A proxy that believes another length than we do would take the rest for a second request. */
const smuggled = fc.constantFrom(...FRAMINGS).map((framing): Attack => {
  const text = post(`${SALE}/quotes`, `0\r\n\r\n${SMUGGLED}`, ...framing);
  return { name: `length ${framing.join(', ')}`, parts: [text], ...refused };
});

const CHUNKS = [
  ...['zz\r\n{}\r\n0\r\n\r\n', '-1\r\n{}\r\n', '2\r\n{}0\r\n\r\n', '2\r\n{}\r\n0\r\nX: y\r\n\r\n'],
  ...['ffffffffffffffffff\r\n{}', '0x2\r\n{}\r\n0\r\n\r\n', '2;a=b\r\n{}\r\n0\r\n\r\n', '2 \r\n{}'],
  ...['\r\n\r\n', '2\n{}\n0\n\n', `2;${'x'.repeat(20_000)}\r\n{}\r\n0\r\n\r\n`, '10000\r\n'],
  `5000\r\n${'x'.repeat(0x5000)}\r\n0\r\n\r\n`,
];
const chunked = fc.constantFrom(...CHUNKS).map((body): Attack => {
  const text = post(`${SALE}/quotes`, body, 'Transfer-Encoding: chunked');
  return { name: `chunks ${JSON.stringify(body.slice(0, 20))}`, parts: [text], ...refused };
});

const oversize = fc.integer({ min: 8_000, max: 90_000 }).chain((size) =>
  fc.constantFrom<Attack>(
    { name: 'one large header', parts: [get('/healthz', `X: ${'x'.repeat(size)}`)], ...refused },
    {
      name: 'many headers',
      ...refused,
      parts: [get('/healthz', ...Array.from({ length: size / 20 }, (_, i) => `X-${i}: ${i}`))],
    },
    { name: 'long path', parts: [get(`/${'x'.repeat(size)}`)], ...refused },
    { name: 'long verb', parts: [lines(`${'X'.repeat(size)} / HTTP/1.1`, HOST)], ...refused },
    {
      name: 'large body',
      ...refused,
      parts: [post(`${SALE}/quotes`, 'x'.repeat(size), `Content-Length: ${size}`)],
    },
    {
      name: 'a body that does not come',
      ...refused,
      parts: [post(`${SALE}/quotes`, '', `Content-Length: ${size}`)],
    },
  ),
);

const FIRST_LINES = [
  ...['FOO / HTTP/1.1', 'get /healthz HTTP/1.1', 'CONNECT a:443 HTTP/1.1', 'TRACE / HTTP/1.1'],
  ...['OPTIONS * HTTP/1.1', 'PRI * HTTP/2.0', 'GET /healthz HTTP/0.9', 'GET /healthz HTTP/1.0'],
  ...[
    'GET /healthz HTTP/2.0',
    'GET /healthz HTTP/9.9',
    'GET /healthz',
    'GET',
    'GET  /healthz HTTP/1.1',
  ],
  ...[
    'GET /healthz HTTP/1.1 x',
    'GET http://evil.example/healthz HTTP/1.1',
    'GET healthz HTTP/1.1',
  ],
  ...['GET * HTTP/1.1', 'GET //healthz HTTP/1.1', 'GET /../healthz HTTP/1.1', 'GET /#x HTTP/1.1'],
  ...['GET /\xe9 HTTP/1.1', 'GET /\0 HTTP/1.1', 'GET /%2e%2e/x HTTP/1.1', 'PROPFIND / HTTP/1.1'],
  ...[
    'QUERY /v1/sales HTTP/1.1',
    'M-SEARCH * HTTP/1.1',
    'SOURCE /x HTTP/1.1',
    'GET /healthz HTTP/1.1\0',
  ],
];
const firstLine = fc
  .oneof(
    fc.constantFrom(...FIRST_LINES),
    fc.constantFrom(...ODD_PARTS).map((part) => `GET /v1/sales/${part} HTTP/1.1`),
  )
  .map((line): Attack => ({ name: line.slice(0, 40), parts: [lines(line, HOST)], ...refused }));

const OTHERS: readonly Attack[] = [
  { name: 'no host', parts: [lines('GET /healthz HTTP/1.1')], ...refused },
  { name: 'two hosts', parts: [get('/healthz', HOST)], ...refused },
  { name: 'nothing', parts: [], ...refused, end: 'half-closes' },
  { name: 'silence', parts: [], ...refused },
  { name: 'empty lines', parts: ['\r\n'.repeat(50)], ...refused },
  { name: 'TLS', parts: ['\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03'], ...refused },
  { name: 'HEAD', parts: [lines('HEAD /healthz HTTP/1.1', HOST)], ...one, isHead: true },
  { name: 'continue', parts: [order(1).replace(HOST, `${HOST}\r\nExpect: 100-continue`)], ...one },
  { name: 'expect', parts: [get('/healthz', 'Expect: a miracle')], ...refused },
  {
    name: 'upgrade',
    parts: [get('/healthz', 'Connection: Upgrade', 'Upgrade: websocket')],
    ...refused,
  },
  { name: 'h2c', parts: [get('/healthz', 'Connection: Upgrade', 'Upgrade: h2c')], ...refused },
  { name: 'close', parts: [get('/healthz', 'Connection: close')], ...one },
  { name: 'stream', parts: [get(`${SALE}/events`, OPERATOR)], ...one, isStream: true },
  { name: 'a stream by a stranger', parts: [get(`${SALE}/events`)], ...one },
];

const noise = fc.uint8Array({ minLength: 1, maxLength: 400 }).map((bytes): Attack => ({
  name: 'noise',
  ...refused,
  parts: [Buffer.from(bytes).toString('latin1')],
}));

/** Everything that clients, proxies and strangers may send over a connection. */
export const attacks: fc.Arbitrary<Attack> = fc.oneof(
  ...[pipelined, halfClosed, cutShort, slow, tooSlow, badHeader, smuggled, chunked, oversize],
  ...[firstLine, noise, fc.constantFrom(...OTHERS)],
);
