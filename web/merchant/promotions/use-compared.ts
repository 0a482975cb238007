import type { Promotion, PromotionBody } from '../../../client/index.ts';
import { useFormats, useWords } from '../../kit/page/hooks.ts';
import type { Compared } from '../saving/clash-notice.tsx';
import { isSame } from '../saving/use-edit.ts';
import { unshownOf } from './typed-promotion.ts';
import type { TypedPromotion } from './typed-promotion.ts';
import { useSentence } from './use-sentence.ts';
import { promotionsWords } from './words.ts';

/** What someone else's version says, beside what is typed. */
export function useCompared(typed: TypedPromotion, body: PromotionBody | null) {
  const words = useWords(promotionsWords);
  const formats = useFormats();
  const sentence = useSentence();
  const { none, members, claims } = words.form;
  return (theirs: Promotion): readonly Compared[] => {
    const there = unshownOf(theirs);
    const rows: Compared[] = [
      { field: words.layer, theirs: theirs.layer, mine: typed.layer },
      { field: words.budget, theirs: theirs.budget || none, mine: typed.budget || none },
    ];
    if (!isSame(there.members, typed.unshown.members)) {
      rows.push({ field: members, theirs: there.members?.join(', ') ?? none });
    }
    if (!isSame(there.claims, typed.unshown.claims)) {
      const { quota = 0, limitPerShopper = 0 } = there.claims ?? {};
      const text = words.form.claimsOf(formats.count(quota), formats.count(limitPerShopper));
      rows.push({ field: claims, theirs: there.claims ? text : none });
    }
    return [
      { field: typed.id, theirs: sentence(theirs), mine: body && sentence(body) },
      ...rows.filter((row) => row.theirs !== row.mine),
    ];
  };
}
