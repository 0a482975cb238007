import { beforeEach, expect, test } from 'vitest';
import { Gate } from '../../../proof/crowd/gate.ts';

let still: number;
let gate: Gate;
let sent: string[];

beforeEach(() => {
  [still, sent] = [0, []];
  gate = new Gate(() => still++);
});

const hold = (sender: object, name: string) => gate.hold(sender, () => sent.push(name));

test('a shut gate is still only when no request is under way', () => {
  gate.enter();
  gate.enter();
  gate.shut();
  gate.leave();
  expect(still).toBe(0);
  gate.leave();
  expect(still).toBe(1);
});

test('a gate shut while nothing is under way is still at once', () => {
  gate.shut();
  expect([still, gate.isShut]).toEqual([1, true]);
});

test('an open gate says nothing when a request ends', () => {
  gate.enter();
  gate.leave();
  expect(still).toBe(0);
});

test('an opened gate sends what was held back, once for each sender', () => {
  const [one, other] = [{}, {}];
  gate.shut();
  hold(one, 'a cut request');
  hold(other, 'another');
  hold(one, 'the same, repeated');
  gate.open();
  expect([gate.isShut, sent]).toEqual([false, ['the same, repeated', 'another']]);
  gate.open();
  expect(sent).toHaveLength(2);
});
