import { useWords } from '../../kit/page/hooks.ts';
import { Button } from '../../kit/parts/ask/button.tsx';
import { useActing } from '../acts/acting.ts';
import { opsWords } from '../words.ts';

interface SaleActsProps {
  readonly sale: string;
  readonly state: string;
}

/** The one thing to do to a sale that was opened; nothing once it is closed. */
export function SaleActs({ sale, state }: SaleActsProps) {
  const { actions } = useWords(opsWords);
  const acting = useActing();
  if (state === 'open') {
    return (
      <Button
        label={actions.pauseOf(sale)}
        onPress={() => (acting.value = { deed: 'pause', which: sale })}
      >
        {actions.pause}
      </Button>
    );
  }
  if (state !== 'paused') return null;
  return (
    <Button
      label={actions.resumeOf(sale)}
      onPress={() => (acting.value = { deed: 'resume', which: sale })}
    >
      {actions.resume}
    </Button>
  );
}
