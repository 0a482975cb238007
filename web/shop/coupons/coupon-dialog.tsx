import type { GetSaleResponse, Promotion, Wallet } from '../../../client/index.ts';
import { useFormats, usePage, useWords } from '../../kit/page/hooks.ts';
import { Button } from '../../kit/parts/ask/button.tsx';
import { Dialog } from '../../kit/parts/ask/dialog.tsx';
import { EmptyState } from '../../kit/parts/tell/empty-state.tsx';
import { signInAddress } from '../../kit/session/sign-in-address.ts';
import { kitWords } from '../../kit/words/kit-words.ts';
import { layerText, promotionText } from '../receipt/promotion-text.ts';
import { useSpeech } from '../receipt/receipt.tsx';
import type { CouponGrabs, Grab } from './claims.ts';
import { heldOf, isAllHeld } from './to-grab.ts';
import { couponWords } from './words.ts';

interface CouponDialogProps {
  readonly sale: GetSaleResponse;
  /** Null: a guest. */
  readonly wallet: Wallet | null;
  readonly grabs: CouponGrabs;
  readonly titleOf: (offer: string) => string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

type Words = (typeof couponWords)['en'];

/** What became of a grab that failed, in words. */
function failureText(grab: Grab | undefined, words: Words): string | null {
  if (grab?.state !== 'failed') return null;
  const { code, message } = grab.refusal;
  if (code === 'sold_out') return words.goneBody;
  return code === 'limit_reached' ? words.mostYouCan : (message ?? words.unsure);
}

/** Of a grab that met a fault; null: there is nothing to report. */
const faultId = (grab: Grab | undefined): string | null =>
  grab?.state === 'failed' && grab.refusal.code === 'fault' ? grab.refusal.requestId : null;

interface GrabButtonProps {
  readonly promotion: Promotion;
  readonly text: string;
  readonly grab: Grab | undefined;
  readonly held: number;
  readonly onGrab: () => void;
}

function GrabButton({ promotion, text, grab, held, onGrab }: GrabButtonProps) {
  const words = useWords(couponWords);
  const { session, router } = usePage();
  if (session.claims.value?.role !== 'shopper' || session.token === '') {
    return (
      <a class="button" href={signInAddress(router.here)}>
        {words.signIn}
      </a>
    );
  }
  const code = grab?.state === 'failed' ? grab.refusal.code : null;
  const isDone = isAllHeld(promotion, held, grab);
  const isGone = code === 'sold_out' || code === 'limit_reached' || isDone;
  const label = grab?.state === 'grabbing' ? words.grabbing : code ? words.again : words.grab;
  if (isGone) return code === 'sold_out' ? <span class="muted">{words.gone}</span> : null;
  return (
    <Button isOff={grab?.state === 'grabbing'} onPress={onGrab} label={`${label}: ${text}`}>
      {label}
    </Button>
  );
}

interface PromotionRowProps extends Omit<CouponDialogProps, 'isOpen' | 'onClose'> {
  readonly promotion: Promotion;
}

function PromotionRow({ promotion, sale, wallet, grabs, titleOf }: PromotionRowProps) {
  const words = useWords(couponWords);
  const kit = useWords(kitWords);
  const formats = useFormats();
  const { session } = usePage();
  const speech = useSpeech(sale.currency, titleOf);
  const text = promotionText(speech, promotion);
  const grab = grabs.now.value[promotion.id];
  const held = heldOf(wallet, promotion.id);
  const failure = failureText(grab, words);
  const requestId = faultId(grab);
  const amount = grab?.state === 'grabbed' ? grab.claim.amount : 0;
  const onGrab = () => grabs.grab(promotion.id, session.claims.peek()?.sub ?? '');
  return (
    <li class="coupon">
      <span>
        <span class="receipt-layer muted small">{layerText(speech, promotion.layer)}</span>
        {text}
        <span class="receipt-layer small" role="status">
          {held > 0 && words.grabbed(held)}
          {amount > 0 && words.grabbedPacket(formats.money(amount, sale.currency))}
          {failure}
          {requestId !== null && ` ${kit.requestId(requestId)}`}
          {!promotion.claims && !promotion.coupon && words.byItself}
        </span>
      </span>
      {promotion.claims && (
        <GrabButton promotion={promotion} text={text} grab={grab} held={held} onGrab={onGrab} />
      )}
    </li>
  );
}

/** Every promotion of the sale, and the coupons and red packets to grab first. */
export function CouponDialog({ isOpen, onClose, ...shown }: CouponDialogProps) {
  const words = useWords(couponWords);
  const { promotions } = shown.sale;
  const claimed = promotions.filter(({ claims }) => claims);
  const others = promotions.filter(({ claims }) => !claims);
  return (
    <Dialog title={words.title} isOpen={isOpen} onClose={onClose}>
      {promotions.length === 0 && <EmptyState title={words.none} body={words.noneBody} />}
      <ul>
        {[...claimed, ...others].map((promotion) => (
          <PromotionRow key={promotion.id} promotion={promotion} {...shown} />
        ))}
      </ul>
    </Dialog>
  );
}
