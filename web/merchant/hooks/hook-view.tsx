import { useSignal } from '@preact/signals';
import { getWebhook } from '../../../client/index.ts';
import { useLoad, useWords } from '../../kit/page/hooks.ts';
import { Badge } from '../../kit/parts/show/badge.tsx';
import { LoadedView } from '../../kit/parts/tell/loaded-view.tsx';
import { Skeleton } from '../../kit/parts/tell/skeleton.tsx';
import { useDesk } from '../desk/desk-context.ts';
import { PATTERNS, viewPath } from '../desk/paths.ts';
import { useParam } from '../desk/use-param.ts';
import { versionedOf } from '../saving/versioned.ts';
import { Deliveries } from './deliveries.tsx';
import { HookEnd, HookSwitches } from './hook-actions.tsx';
import { HookForm } from './hook-form.tsx';
import { hooksWords } from './words.ts';

const LINES = 8;

function Back() {
  const words = useWords(hooksWords);
  const { sale } = useDesk();
  return (
    <p>
      <a href={viewPath(sale.id, 'hooks')}>{words.all}</a>
    </p>
  );
}

export function NewHookView() {
  const words = useWords(hooksWords);
  return (
    <div class="stack">
      <Back />
      <h2>{words.make}</h2>
      <HookForm known={null} />
    </div>
  );
}

/** One endpoint with its deliveries. */
export function HookView() {
  const words = useWords(hooksWords);
  const { sale } = useDesk();
  const hook = useParam(PATTERNS.hook, 'hook');
  const sent = useSignal(0);
  const path = { sale: sale.id, webhook: hook };
  const load = useLoad(
    ({ connection: { read } }, signal) => versionedOf(getWebhook({ client: read, path, signal })),
    [sale.id, hook],
  );
  const onChanged = () => {
    sent.value++;
    load.again();
  };
  return (
    <div class="stack">
      <Back />
      <LoadedView load={load} skeleton={<Skeleton lines={LINES} />}>
        {({ data, tag }) => (
          <div class="sections">
            <div class="row">
              <h2>{data.id}</h2>
              <Badge tone={data.enabled ? 'good' : 'quiet'}>
                {data.enabled ? words.enabled : words.disabled}
              </Badge>
            </div>
            <HookSwitches hook={data} onChanged={onChanged} />
            <Deliveries hook={data.id} sent={sent} />
            <HookForm known={{ data, tag }} onSaved={load.again} />
            <HookEnd hook={data} />
          </div>
        )}
      </LoadedView>
    </div>
  );
}
