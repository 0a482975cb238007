import { runFirst } from '../kit/first/first-script.ts';
import type { Asking } from '../kit/first/first-script.ts';

const isSettled = (order: unknown): boolean =>
  typeof order === 'object' && order !== null && 'settled' in order && order.settled === true;

function askForSale({ params: { sale = '' }, ask }: Asking): void {
  ask(`/v1/sales/${encodeURIComponent(sale)}`);
}

function askForOrder(asking: Asking): void {
  const { params, role, ask } = asking;
  if (role !== 'shopper') return;
  const path = `/v1/orders/${encodeURIComponent(params['order'] ?? '')}`;
  ask(path, (order) => {
    if (isSettled(order)) ask(`${path}/details`);
  });
  askForSale(asking);
}

runFirst(window, [
  ['/s/:sale', askForSale],
  ['/s/:sale/orders/:order', askForOrder],
]);
