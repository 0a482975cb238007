import { useFormats, usePage, useWords } from '../../kit/page/hooks.ts';
import { Button } from '../../kit/parts/ask/button.tsx';
import { signInAddress } from '../../kit/session/sign-in-address.ts';
import type { MainAction } from './main-action.ts';
import { buyWords } from './words.ts';
import type { BuyWords } from './words.ts';

interface MainButtonProps {
  readonly action: MainAction;
  /** Whether somebody is signed in who is no shopper. */
  readonly isOther: boolean;
  readonly onBuy: () => void;
  readonly onAgain: () => void;
  readonly onTellMe: (offer: string) => void;
  readonly onStopWaiting: (offer: string) => void;
}

function offText({ kind }: MainAction, words: BuyWords): string | null {
  if (kind === 'placing') return words.placing;
  if (kind === 'over') return words.over;
  if (kind === 'paused') return words.paused;
  if (kind === 'empty') return words.empty;
  return null;
}

/** The one button of the shop. It says what will happen. */
export function MainButton(props: MainButtonProps) {
  const { action, isOther, onBuy, onAgain, onTellMe, onStopWaiting } = props;
  const words = useWords(buyWords);
  const formats = useFormats();
  const { seconds, router } = usePage();
  const wide = { kind: 'main', isWide: true } as const;
  const off = offText(action, words);
  if (off !== null) {
    return (
      <Button {...wide} isOff>
        {off}
      </Button>
    );
  }
  switch (action.kind) {
    case 'opens':
      return (
        <Button {...wide} isOff>
          {words.opens(formats.shortTime(action.atMs, seconds.now.value))}
        </Button>
      );
    case 'sign_in':
      return (
        <a class="button button-main button-wide" href={signInAddress(router.here)}>
          {isOther ? words.notForYou : words.signIn}
        </a>
      );
    case 'tell_me':
      return (
        <Button {...wide} onPress={() => onTellMe(action.offer)}>
          {words.tellMe}
        </Button>
      );
    case 'waiting':
      return (
        <Button isWide onPress={() => onStopWaiting(action.offer)}>
          {words.stopWaiting}
        </Button>
      );
    case 'again':
      return (
        <Button {...wide} onPress={onAgain}>
          {words.again}
        </Button>
      );
    default:
      return (
        <Button {...wide} onPress={onBuy}>
          {words.buy}
        </Button>
      );
  }
}
