import type { Promotion, Quote, Wallet } from '../../../client/index.ts';
import { useFormats, useWords } from '../../kit/page/hooks.ts';
import { Button } from '../../kit/parts/ask/button.tsx';
import { Check } from '../../kit/parts/ask/check.tsx';
import type { CartContent } from '../cart/cart.ts';
import { promotionText } from '../receipt/promotion-text.ts';
import { useSpeech } from '../receipt/receipt.tsx';
import { couponWords } from './words.ts';

interface TendersProps {
  readonly wallet: Wallet;
  readonly cart: CartContent;
  readonly quote: Quote | null;
  readonly promotions: readonly Promotion[];
  readonly currency: string;
  readonly titleOf: (offer: string) => string;
  readonly isLocked: boolean;
  readonly onChange: (cart: CartContent) => void;
}

/** The coupons, red packet and points that the shopper may use for the cart. */
export function Tenders(props: TendersProps) {
  const { wallet, cart, quote, promotions, currency, titleOf, isLocked, onChange } = props;
  const words = useWords(couponWords);
  const formats = useFormats();
  const speech = useSpeech(currency, titleOf);
  const used = cart.isBest ? (quote?.coupons ?? []) : cart.coupons;
  const set = (id: string, isOn: boolean) => {
    const others = used.filter((one) => one !== id);
    onChange({ ...cart, isBest: false, coupons: isOn ? [...others, id] : others });
  };
  const textOf = (id: string) => {
    const promotion = promotions.find((one) => one.id === id);
    return promotion ? promotionText(speech, promotion) : id;
  };
  const packet = formats.money(wallet.redPacket, currency);
  const { coupons, redPacket, points } = wallet;
  if (coupons.length === 0 && redPacket <= 0 && points <= 0) return null;
  return (
    <fieldset class="tenders">
      <legend>{words.yours}</legend>
      {coupons.length > 0 && (
        <p class="small">
          {!cart.isBest && (
            <Button isOff={isLocked} onPress={() => onChange({ ...cart, isBest: true })}>
              {words.best}
            </Button>
          )}
          {cart.isBest && (quote?.exhaustive === false ? words.bestOfMany : words.bestIsUsed)}
        </p>
      )}
      {coupons.map(({ promotion, held }) => (
        <Check
          key={promotion}
          label={words.held(textOf(promotion), held)}
          isOn={used.includes(promotion)}
          isOff={isLocked}
          onSwitch={(isOn) => set(promotion, isOn)}
        />
      ))}
      {redPacket > 0 && (
        <Check
          label={words.packet(packet)}
          isOn={cart.usesPacket}
          isOff={isLocked}
          onSwitch={(usesPacket) => onChange({ ...cart, usesPacket })}
        />
      )}
      {points > 0 && (
        <Check
          label={words.points(formats.count(points))}
          isOn={cart.usesPoints}
          isOff={isLocked}
          onSwitch={(usesPoints) => onChange({ ...cart, usesPoints })}
        />
      )}
    </fieldset>
  );
}
