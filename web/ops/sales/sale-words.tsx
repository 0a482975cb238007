import type { SaleGlance } from '../../../client/index.ts';
import { useFormats, usePage, useWords } from '../../kit/page/hooks.ts';
import { Badge, SaleStateWord } from '../../kit/parts/show/badge.tsx';
import { Relative } from '../../kit/parts/show/time.tsx';
import { msOf } from '../../kit/time/timestamps.ts';
import { needsOf } from '../desk/verdicts.ts';
import { opsWords } from '../words.ts';

interface Of {
  readonly sale: SaleGlance;
}

/** The state of a sale; a later release may know more of them. */
export function StateWord({ state }: { readonly state: string }) {
  if (state === 'draft' || state === 'open' || state === 'paused' || state === 'closed') {
    return <SaleStateWord state={state} />;
  }
  return <Badge tone="quiet">{state}</Badge>;
}

/** What the last audit of a sale found, and when. */
export function AuditWord({ sale: { audit } }: Of) {
  const { sales, promises } = useWords(opsWords);
  if (!audit) return <span class="muted">{promises.unaudited}</span>;
  const { brokenPromises, at } = audit;
  return (
    <span>
      <Badge tone={brokenPromises > 0 ? 'bad' : 'good'}>
        {brokenPromises > 0 ? sales.broken(brokenPromises) : sales.kept}
      </Badge>{' '}
      <span class="muted small">
        <Relative ms={msOf(at)} />
      </span>
    </span>
  );
}

/** What a sale waits for, in a few words. */
export function NeedWords({ sale }: Of) {
  const { needs, sales } = useWords(opsWords);
  const formats = useFormats();
  const { clock } = usePage();
  const all = needsOf(sale, clock.now());
  if (all.length === 0) return <Badge tone="good">{sales.quiet}</Badge>;
  return (
    <ul class="fields">
      {all.map(({ word, count, tone }) => (
        <li key={word}>
          <Badge tone={tone}>{needs[word]}</Badge> {formats.count(count)}
        </li>
      ))}
    </ul>
  );
}
