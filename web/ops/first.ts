import { runFirst } from '../kit/first/first-script.ts';
import type { Asking } from '../kit/first/first-script.ts';

/** Every view of the desk reads them. */
function askForDesk({ role, ask }: Asking): void {
  if (role !== 'operator') return;
  ask('/v1/ops/processes');
  ask('/v1/ops/sales?limit=100');
}

runFirst(window, [
  ['/ops', askForDesk],
  ['/ops/:story', askForDesk],
]);
