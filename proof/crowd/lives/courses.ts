import { setTimeout as wait } from 'node:timers/promises';
import type { Course } from './early-shoppers.ts';
import { hasEndedUnpaid } from './life-notes.ts';
import type { OrderNote } from './life-notes.ts';
import type { Teller } from './teller.ts';

/** Pays, after a card that is declined where one is asked for. */
async function pay(teller: Teller, note: OrderNote, isDeclined: boolean): Promise<void> {
  let payment = await teller.startPaying(note);
  if (payment && isDeclined) {
    await teller.visit(payment, 'decline');
    payment = await teller.payAgain(note, payment);
  }
  if (payment) await teller.visit(payment, 'authorize');
  await teller.outcomeOf(note);
}

/** Looks again when the time to pay is over. */
export async function lookLater(teller: Teller, note: OrderNote): Promise<void> {
  await wait(Math.max(0, Date.parse(note.order.payBy) - Date.now()));
  await teller.outcomeOf(note);
}

/** Pays and, if that came in time, is refunded: all lines, or one unit of the first. */
async function payAndRefund(teller: Teller, note: OrderNote, course: Course): Promise<void> {
  await pay(teller, note, false);
  if (note.state !== 'paid') return;
  const isWhole = course === 'whole' || course === 'whole_back';
  const whole = note.order.lines.map(({ quantity }, line) => ({ line, quantity }));
  const part = [{ line: 0, quantity: 1 }];
  await teller.refund(
    note,
    isWhole ? whole : part,
    course === 'part_back' || course === 'whole_back',
  );
}

/**
 * What is done about an order at once. What came of it the notes say, for paying may come too late;
 * one that is left is reserved still.
 */
export async function follow(teller: Teller, note: OrderNote, course: Course): Promise<void> {
  switch (course) {
    case 'pay':
    case 'decline':
      return pay(teller, note, course === 'decline');
    case 'leave':
      return;
    case 'begin':
      await teller.startPaying(note);
      return;
    case 'cancel':
      await teller.cancel(note);
      return hasEndedUnpaid(note) ? undefined : teller.outcomeOf(note);
    default:
      return payAndRefund(teller, note, course);
  }
}
