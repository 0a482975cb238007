import { runFirst } from '../kit/first/first-script.ts';
import type { Asking } from '../kit/first/first-script.ts';

function askForPayment({ params: { id = '' }, ask }: Asking): void {
  ask(`/pay/${encodeURIComponent(id)}/payment`);
}

runFirst(window, [['/pay/:id', askForPayment]]);
