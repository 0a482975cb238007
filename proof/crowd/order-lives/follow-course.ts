import { setTimeout as wait } from 'node:timers/promises';
import type { Course } from './early-shoppers.ts';
import { hasEndedUnpaid } from './life-notes.ts';
import type { OrderNote } from './life-notes.ts';
import type { OrderClient } from './order-client.ts';

/** Pays, after a declined card if the course has one. */
async function pay(client: OrderClient, note: OrderNote, isDeclined: boolean): Promise<void> {
  let payment = await client.startPaying(note);
  if (payment && isDeclined) {
    await client.visit(payment, 'decline');
    payment = await client.payAgain(note, payment);
  }
  if (payment) await client.visit(payment, 'authorize');
  await client.outcomeOf(note);
}

/** Reads the order again once the time to pay is over. */
export async function lookLater(client: OrderClient, note: OrderNote): Promise<void> {
  await wait(Math.max(0, Date.parse(note.order.payBy) - Date.now()));
  await client.outcomeOf(note);
}

/** Pays and, if that was in time, asks for a refund of all lines or of one unit of the first. */
async function payAndRefund(client: OrderClient, note: OrderNote, course: Course): Promise<void> {
  await pay(client, note, false);
  if (note.state !== 'paid') return;
  const isWhole = course === 'whole' || course === 'whole_back';
  const whole = note.order.lines.map(({ quantity }, line) => ({ line, quantity }));
  const part = [{ line: 0, quantity: 1 }];
  await client.refund(
    note,
    isWhole ? whole : part,
    course === 'part_back' || course === 'whole_back',
  );
}

/**
 * Does the first steps of the course of an order. The notes say how they went, because a payment
 * may come too late. An abandoned order stays reserved.
 */
export async function followCourse(
  client: OrderClient,
  note: OrderNote,
  course: Course,
): Promise<void> {
  switch (course) {
    case 'pay':
    case 'decline':
      return pay(client, note, course === 'decline');
    case 'leave':
      return;
    case 'begin':
      await client.startPaying(note);
      return;
    case 'cancel':
      await client.cancel(note);
      return hasEndedUnpaid(note) ? undefined : client.outcomeOf(note);
    default:
      return payAndRefund(client, note, course);
  }
}
