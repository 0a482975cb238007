import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { orderMoves } from '../../../src/domain/order-states.ts';

const ARCHITECTURE = join(import.meta.dirname, '../../../docs/architecture.md');
const ARROW = /^ {2}(\w+) --> (\w+) : (\w+)$/gm;

test('the diagram of an order’s life shows exactly the moves of the table', () => {
  const drawn = [...readFileSync(ARCHITECTURE, 'utf8').matchAll(ARROW)];
  const moves = Object.entries(orderMoves).flatMap(([name, { from, to }]) =>
    from.flatMap((before) => to.map((after) => `${before} ${after} ${name}`)),
  );
  const arrows = drawn.map(([, before, after, name]) => `${before} ${after} ${name}`);
  expect(arrows.toSorted()).toEqual(moves.toSorted());
});
