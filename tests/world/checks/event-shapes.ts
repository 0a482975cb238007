import { Ajv } from 'ajv';
import type { ValidateFunction } from 'ajv';
import type { EventKind } from '../../../src/domain/webhook.ts';
import { isTimestamp } from '../../../src/domain/timestamps.ts';
import { EventBody, eventBodies } from '../../../src/http/webhooks/event-bodies.ts';

const ajv = new Ajv({ allErrors: true, allowUnionTypes: true, discriminator: true });
ajv.addFormat('date-time', isTimestamp);
ajv.addKeyword('x-name');

const isEvent = ajv.compile(EventBody);
const shapes = new Map<EventKind, ValidateFunction>();

function shapeOf(kind: EventKind): ValidateFunction {
  const known = shapes.get(kind) ?? ajv.compile(eventBodies[kind]);
  shapes.set(kind, known);
  return known;
}

/** How an event differs from what the reference says of its kind; empty: it does not. */
export function shapeFaults(kind: EventKind, body: unknown): string[] {
  const shape = shapeOf(kind);
  const faults = [shape(body) ? [] : shape.errors!, isEvent(body) ? [] : isEvent.errors!].flat();
  return faults.map(({ instancePath, message }) => `${kind} ${instancePath}: ${message}`);
}
