const HUGE = 20_000;
const DEEP = 2_000;

/** JSON texts of values that break schemas, parsers and arithmetic. */
export const ODD_VALUES: readonly string[] = [
  ...['null', 'true', '-0', '-1', '0', '0.1', '1e999', '-1e-999', '9007199254740993'],
  ...['2147483648', '1e21', '"5"', '"max"', '[]', '[5]', '[null]', '[[]]', '{}', '{"":0}', '""'],
  ...['"\\u0000"', '"\\ud800"', '"\\udc00x"', '"\\u202e\\ufeff"', '"😀é"', '" "', '"\\r\\nx: y"'],
  ...[
    '"__proto__"',
    '"constructor"',
    '"toString"',
    '{"__proto__":{"store":"x"}}',
    '"}{:*"',
    '"{s}"',
  ],
  ...['"redis.call(\'flushall\')"', '"\'; drop table orders; --"', '"%s%n"', '"../../etc/passwd"'],
  ...['"2025-02-30T00:00:00Z"', '"9999-12-31T23:59:60Z"', '"0000-00-00T00:00:00Z"', '"now"'],
  ...['"https://u:p@127.0.0.1:6379/"', '"javascript:0"', '"CNY "', '"cny"', '"*"', '"-"'],
  `"${'x'.repeat(129)}"`,
  `"${'x'.repeat(HUGE)}"`,
  `${'['.repeat(DEEP)}${']'.repeat(DEEP)}`,
  `[${'0,'.repeat(DEEP)}0]`,
];

/** Names of fields that no schema has, and names that every object of JavaScript has. */
export const ODD_FIELDS: readonly string[] = [
  ...['extra', '', '__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'then'],
  ...['$ref', 'x'.repeat(200), '😀', '\u0000', 'a/b~c', 'length', '0'],
];

/** Text of a path or query that is no sound id. Some of it is no sound escape either. */
export const ODD_PARTS: readonly string[] = [
  ...['%00', '%zz', '%', '%E0%A4%A', '%0d%0a', '%2F', '..%2f', '%7B%7D', '%20', '+', '*'],
  ...[':', '{sale}', ':sale', '__proto__', 'constructor', 'toString', '%F0%9F%98%80', 'é', '', '-'],
  ...['null', 'undefined', '0', '-1', '1e999', 'true', "'", '"', '<script>', ';', '&', '='],
  ...['x'.repeat(65), 'x'.repeat(128), 'x'.repeat(129), 'x'.repeat(3_000), '%C0%80', '%ED%A0%80'],
];

/** Text that a header may carry and that no route asks for. */
export const ODD_HEADERS: readonly string[] = [
  ...['', ' ', ',', '"', '""', '"x', 'W/"1"', '*', 'é', 'x'.repeat(300), 'x'.repeat(5_000), ';q=0'],
  ...['zh-CN,zh;q=0.9', 'q=', 'wait=1', 'wait=9999999999', 'wait="', '0', '-1', 'application/json'],
  ...['text/event-stream', 'identity;q=0', 'gzip;q=0, br;q=0', 'a, b, a', '\t', '{"a":1}', 'br'],
];
