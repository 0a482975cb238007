import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EventParser } from '../../../web/kit/api/event-parser.ts';
import type { StreamEvent } from '../../../web/kit/api/event-parser.ts';

function parse(pieces: readonly string[], lastId = '') {
  const events: StreamEvent[] = [];
  const retries: number[] = [];
  const parser = new EventParser(
    (event) => events.push(event),
    (ms) => retries.push(ms),
    lastId,
  );
  for (const piece of pieces) parser.push(piece);
  return { events, retries, lastId: parser.lastId };
}

const TEXT = [
  '\uFEFF: a comment\n',
  'retry: 2500\r\n\r\n',
  'event: stock\nid: a-1\ndata: {"one":\ndata:  1}\n\n',
  'data\r\r',
  'event: sale\ndata:x\n\n',
  'id: a-2\nunknown: y\n\n',
  'data: never ends',
].join('');

const EVENTS = [
  { name: 'stock', id: 'a-1', data: '{"one":\n 1}' },
  { name: 'message', id: 'a-1', data: '' },
  { name: 'sale', id: 'a-1', data: 'x' },
];

describe('a stream of events', () => {
  test('is read as the standard says', () => {
    expect(parse([TEXT])).toEqual({ events: EVENTS, retries: [2_500], lastId: 'a-2' });
  });

  test('is read alike in pieces of any size', () => {
    const cuts = fc.array(fc.nat(TEXT.length), { maxLength: 30 });
    fc.assert(
      fc.property(cuts, (places) => {
        const sorted = [0, ...places.toSorted((one, other) => one - other), TEXT.length];
        const pieces = sorted.slice(1).map((end, i) => TEXT.slice(sorted[i], end));
        expect(parse(pieces)).toEqual({ events: EVENTS, retries: [2_500], lastId: 'a-2' });
      }),
    );
  });

  test('goes on with the id of the one before', () => {
    const { events } = parse(['data: x\n\n'], 'a-7');
    expect(events).toEqual([{ name: 'message', id: 'a-7', data: 'x' }]);
  });

  test('keeps no id of an event that was cut off', () => {
    expect(parse(['id: a-1\ndata: x\n\nid: a-2\ndata: y']).lastId).toBe('a-1');
  });

  test('is given up when a line does not end', () => {
    expect(() => parse(['data: ', 'x'.repeat(1024 * 1024)])).toThrow('endless line');
  });

  test('asks for a pause only in digits', () => {
    expect(parse(['retry: soon\nretry: 1e9\nretry: 700\n\n']).retries).toEqual([700]);
  });
});
