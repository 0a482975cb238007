import { useEffect } from 'preact/hooks';
import { useSignal } from '@preact/signals';

const SAMPLES_MOST = 60;

/**
 * The values that a number had while the page was open, oldest first: the service keeps no history
 * of it.
 * @param at when the number was read; a value is added with each new one
 */
export function useSamples(value: number, at: string): readonly number[] {
  const samples = useSignal<readonly number[]>([]);
  useEffect(() => {
    samples.value = [...samples.peek(), value].slice(-SAMPLES_MOST);
  }, [at]);
  return samples.value;
}
