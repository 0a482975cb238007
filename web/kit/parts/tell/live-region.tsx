import { usePage } from '../../page/hooks.ts';

/** Where the announcer speaks. It stands in the page from the start, or nobody would hear it. */
export function LiveRegion() {
  const { announcer } = usePage();
  return (
    <>
      <div class="unseen" role="status" aria-live="polite">
        {announcer.spoken.value}
      </div>
      <div class="toasts" role="status" aria-live="polite">
        {announcer.toasts.value.map(({ id, text }) => (
          <div class="toast" key={id}>
            {text}
          </div>
        ))}
      </div>
    </>
  );
}
