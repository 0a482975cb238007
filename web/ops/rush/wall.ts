import { useComputed } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import { usePage } from '../../kit/page/hooks.ts';

/** Whether the page hangs on a wall (`?wall=1`): larger, and without anything to press. */
export function useWall(): ReadonlySignal<boolean> {
  const { router } = usePage();
  const asked = router.query('wall');
  return useComputed(() => asked.value === '1');
}
