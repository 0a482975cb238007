import type { FilePlan } from '../../../client/index.ts';
import { useWords } from '../../kit/page/hooks.ts';
import { Badge } from '../../kit/parts/show/badge.tsx';
import type { Tone } from '../../kit/parts/show/badge.tsx';
import { BeforeAfter } from '../changes/before-after.tsx';
import { fileWords } from './words.ts';

type FileChange = FilePlan['changes'][number];

const TONES: Readonly<Record<FileChange['outcome'], Tone>> = {
  created: 'good',
  changed: 'warn',
  refused: 'bad',
};

/** What a file would change, thing by thing. */
export function PlanView({ plan }: { readonly plan: FilePlan }) {
  const words = useWords(fileWords);
  const { counts } = words;
  const { created, changed, unchanged, refused, changes } = plan;
  const shown = [
    counts.created(created),
    counts.changed(changed),
    counts.unchanged(unchanged),
    counts.refused(refused),
  ];
  return (
    <>
      <ul class="counts">
        {shown.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
      {changes.length === 0 && <p class="preview">{words.same}</p>}
      <div class="rows">
        {changes.map((change) => (
          <article key={change.pointer} class="offer-row">
            <div class="row">
              <h3>
                {words.lists[change.list]} {change.name}
              </h3>
              <Badge tone={TONES[change.outcome]}>{words.outcomes[change.outcome]}</Badge>
              <code class="muted small">{change.pointer}</code>
            </div>
            {change.why !== null && <p class="field-error">{change.why}</p>}
            <BeforeAfter fields={change.fields} isNew={change.outcome === 'created'} />
          </article>
        ))}
      </div>
    </>
  );
}
