import type { OfferTerms } from '../../../client/index.ts';
import { usePage, useWords } from '../../kit/page/hooks.ts';
import { Button } from '../../kit/parts/ask/button.tsx';
import type { OfferOfSale } from '../desk/whole-sale.ts';
import { useDesk } from '../desk/desk-context.ts';
import { CellsNotice } from '../saving/cells-notice.tsx';
import { askPending } from '../saving/save.ts';
import type { Saved } from '../saving/save.ts';
import { SaveFailed } from '../saving/save-failed.tsx';
import { useSaving } from '../saving/use-saving.ts';
import { savingWords } from '../saving/words.ts';
import { offerChange } from './save-offer.ts';
import type { PatchedOffer } from './save-offer.ts';
import { offersWords } from './words.ts';

/** Any version: a pause must not wait because somebody changed the price. */
const ANY = '*';

/** Pauses an offer or resumes it, at one press: either is undone as fast. */
export function usePause({ id, title, paused }: OfferOfSale) {
  const words = useWords(offersWords);
  const shared = useWords(savingWords);
  const page = usePage();
  const { sale, refresh } = useDesk();
  const saving = useSaving<OfferTerms, PatchedOffer>();
  const state = saving.now.value;
  const set = async (isPaused: boolean) => {
    const name = { sale: sale.id, offer: id };
    const change = offerChange(page, name, { tag: ANY, patch: { paused: isPaused } });
    if (!(await saving.run(change))) return;
    page.announcer.tell(isPaused ? words.nowPaused(title) : words.nowOnSale(title));
    refresh();
  };
  // Names the version: a check must not undo what someone else did since.
  const check = ({ tag, answer }: Saved<PatchedOffer>) => {
    const patch = { paused: answer.offer.paused };
    return askPending(offerChange(page, { sale: sale.id, offer: id }, { tag, patch }));
  };
  const button = (
    <Button
      isOff={state.kind === 'saving'}
      label={paused ? words.resumeOf(title) : words.pauseOf(title)}
      onPress={() => void set(!paused)}
    >
      {state.kind === 'saving' ? shared.saving : paused ? words.resume : words.pause}
    </Button>
  );
  const notice =
    state.kind === 'failed' ? (
      <SaveFailed problem={state.problem} />
    ) : state.kind === 'saved' ? (
      <CellsNotice answer={state.answer} check={() => check(state)} />
    ) : null;
  return { button, notice };
}
