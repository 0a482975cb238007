import { useSignal } from '@preact/signals';
import { usePage, useFormats, useWords } from '../../kit/page/hooks.ts';
import { Button } from '../../kit/parts/ask/button.tsx';
import { useDesk } from '../desk/desk-context.ts';
import { SaveFailed } from '../saving/save-failed.tsx';
import { useActing } from '../saving/use-saving.ts';
import { readExport, saveFile } from './export-orders.ts';
import type { ExportFormat } from './export-orders.ts';
import { queryOf } from './filters.ts';
import type { Filters } from './filters.ts';
import { ordersWords } from './words.ts';

const FORMATS = ['csv', 'ndjson'] as const satisfies readonly ExportFormat[];
const KILOBYTE = 1_000;

/** Saves the orders that the filters find as a file. */
export function OrderExport({ filters }: { readonly filters: Filters }) {
  const { export: words } = useWords(ordersWords);
  const formats = useFormats();
  const { connection, announcer, time } = usePage();
  const { sale, shownStore } = useDesk();
  const acting = useActing();
  const kilobytes = useSignal(0);
  const state = acting.now.value;
  const begin = (format: ExportFormat) =>
    acting.run(async () => {
      kilobytes.value = 0;
      const file = await readExport(connection.read, {
        sale: sale.id,
        query: { ...queryOf(filters, shownStore), format },
        onProgress: (bytes) => (kilobytes.value = Math.ceil(bytes / KILOBYTE)),
      });
      const name = `${sale.id}-orders.${format}`;
      saveFile(time, file, name);
      announcer.tell(words.done(name));
    });
  return (
    <section class="stack" aria-labelledby="export">
      <h2 id="export">{words.title}</h2>
      <p class="muted small">{words.body}</p>
      <div class="row">
        {FORMATS.map((format) => (
          <Button key={format} isOff={state.kind === 'busy'} onPress={() => void begin(format)}>
            {words[format]}
          </Button>
        ))}
      </div>
      {state.kind === 'busy' && (
        <p role="status">{words.getting(`${formats.count(kilobytes.value)} kB`)}</p>
      )}
      {state.kind === 'failed' && <SaveFailed problem={state.problem} isRead />}
    </section>
  );
}
