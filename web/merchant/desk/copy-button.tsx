import { usePage, useWords } from '../../kit/page/hooks.ts';
import { Button } from '../../kit/parts/ask/button.tsx';
import { kitWords } from '../../kit/words/kit-words.ts';

/** Copies a text. A browser that refuses leaves it to be marked by hand. */
export function CopyButton({ text }: { readonly text: string }) {
  const words = useWords(kitWords);
  const { announcer } = usePage();
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      announcer.tell(words.copied);
    } catch {
      announcer.tell(text);
    }
  };
  return (
    <Button kind="bare" onPress={() => void copy()}>
      {words.copy}
    </Button>
  );
}
