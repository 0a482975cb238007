import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { EVENT_KINDS } from '../../../src/domain/webhook.ts';
import type { EventKind } from '../../../src/domain/webhook.ts';
import { LOCAL_NAMES } from '../../../src/outgoing/webhook-target.ts';
import { DELIVERY_TERMS } from '../../../src/service/webhooks/try-delivery.ts';
import { shapeFaults } from '../../world/checks/event-shapes.ts';

const page = readFileSync('docs/webhooks.md', 'utf8');

test('docs/webhooks.md has every kind of event, and an example of every sort of body', () => {
  const kinds = [...page.matchAll(/^\| `(\w+\.\w+)`/gm)].map(([, kind]) => kind);
  expect(kinds).toEqual([...EVENT_KINDS]);
  const examples = [...page.matchAll(/```json\n(.*?)```/gs)].map(([, text]) => JSON.parse(text!));
  const subjects = new Set(examples.map(({ type }) => type));
  const sorts = ['order.paid', 'payment.failed', 'refund.failed', 'stock.low'];
  expect([...subjects]).toEqual([...sorts, 'offer.changed', 'sale.paused', 'test.ping']);
  const faults = examples.flatMap((event) => shapeFaults(event.type as EventKind, event));
  expect(faults).toEqual([]);
});

test('docs/webhooks.md has the pauses between tries that the code uses', () => {
  const units = { s: 1_000, min: 60_000, h: 3_600_000 } as const;
  const [, list] = /tried again\s+after (.*?), and after eight/s.exec(page)!;
  const pauses = [...list!.matchAll(/(\d+) (s|min|h)\b/g)];
  expect(pauses.map(([, n, unit]) => Number(n) * units[unit as keyof typeof units])).toEqual(
    DELIVERY_TERMS.retryAfterMs,
  );
  expect(DELIVERY_TERMS.retryAfterMs).toHaveLength(7);
});

test('docs/webhooks.md has every host name that no endpoint may have', () => {
  const [, list] = /names without a dot, and\s+(.*?)\s+with all below/s.exec(page)!;
  expect([...list!.matchAll(/`([^`]+)`/g)].map(([, name]) => name)).toEqual([...LOCAL_NAMES]);
});
