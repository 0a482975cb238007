import { answerOf, auditSale } from '../../../client/index.ts';
import type { Audit, BrokenPromise } from '../../../client/index.ts';
import { useSignal } from '@preact/signals';
import { useFormats, useLoad, useWords } from '../../kit/page/hooks.ts';
import { Button } from '../../kit/parts/ask/button.tsx';
import { Badge } from '../../kit/parts/show/badge.tsx';
import { Table } from '../../kit/parts/show/table.tsx';
import type { Column } from '../../kit/parts/show/table.tsx';
import { LoadedView } from '../../kit/parts/tell/loaded-view.tsx';
import { Skeleton } from '../../kit/parts/tell/skeleton.tsx';
import { opsWords } from '../words.ts';
import type { OpsWords } from '../words.ts';

interface AuditNowProps {
  readonly sale: string;
  /** The last audit found something: the operator wants to read it at once. */
  readonly isBroken: boolean;
}

const columnsIn = ({ sales: words }: OpsWords): Column<BrokenPromise>[] => [
  {
    key: 'promise',
    title: words.promise,
    cell: ({ promise }) => <Badge tone="bad">{promise}</Badge>,
  },
  { key: 'subject', title: words.subject, cell: ({ subject }) => subject },
  { key: 'detail', title: words.detail, cell: ({ detail }) => detail },
];

const UNITS = ['cap', 'available', 'held', 'sold', 'unsettled', 'buried', 'debt'] as const;

function Found({ brokenPromises, units }: Audit) {
  const words = useWords(opsWords);
  const formats = useFormats();
  return (
    <div class="stack">
      {brokenPromises.length === 0 ? (
        <p role="status">
          <Badge tone="good">{words.sales.auditKept}</Badge>
        </p>
      ) : (
        <Table
          caption={words.tile.promises}
          columns={columnsIn(words)}
          rows={brokenPromises}
          keyOf={({ promise, subject, detail }) => `${promise} ${subject} ${detail}`}
        />
      )}
      <p class="small muted">
        {words.sales.units}:{' '}
        {UNITS.map((unit) => `${words.units[unit]} ${formats.count(units[unit])}`).join(' · ')}
      </p>
    </div>
  );
}

function Audited({ sale }: { readonly sale: string }) {
  const { sales } = useWords(opsWords);
  const load = useLoad(
    ({ connection: { change } }, signal) =>
      // It may take longer than a read that only shows.
      answerOf(auditSale({ client: change, path: { sale }, signal })),
    [sale],
  );
  return (
    <div class="stack">
      <LoadedView load={load} skeleton={<Skeleton lines={2} />}>
        {(audit) => <Found {...audit} />}
      </LoadedView>
      <div>
        <Button onPress={load.again}>{sales.auditNow}</Button>
      </div>
    </div>
  );
}

/** An audit made now. It reads the whole sale, so it waits to be asked unless it matters. */
export function AuditNow({ sale, isBroken }: AuditNowProps) {
  const { sales } = useWords(opsWords);
  const isAsked = useSignal(false);
  if (isBroken || isAsked.value) return <Audited sale={sale} />;
  return (
    <div>
      <Button onPress={() => (isAsked.value = true)}>{sales.auditNow}</Button>
    </div>
  );
}
