import { runFirst } from '../kit/first/first-script.ts';
import type { Asking } from '../kit/first/first-script.ts';

function askForSale({ params: { sale = '' }, ask }: Asking): void {
  ask(`/v1/sales/${encodeURIComponent(sale)}`);
}

function askForOrder(asking: Asking): void {
  const { params, role, ask } = asking;
  if (role !== 'shopper') return;
  // Its details are asked for once it is known to be settled, and must not be older than that.
  ask(`/v1/orders/${encodeURIComponent(params['order'] ?? '')}`);
  askForSale(asking);
}

runFirst(window, [
  ['/s/:sale', askForSale],
  ['/s/:sale/orders/:order', askForOrder],
]);
