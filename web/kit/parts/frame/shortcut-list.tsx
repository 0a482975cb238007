import { useSignal } from '@preact/signals';
import { Fragment } from 'preact';
import { usePage, useShortcut, useWords } from '../../page/hooks.ts';
import { kitWords } from '../../words/kit-words.ts';
import { Dialog } from '../ask/dialog.tsx';

/** Lists all shortcuts of the page at a press of `?`. */
export function ShortcutList() {
  const words = useWords(kitWords);
  const { shortcuts } = usePage();
  const isOpen = useSignal(false);
  const toggle = () => (isOpen.value = !isOpen.peek());
  useShortcut({ key: '?', label: words.shortcutsOpen, run: toggle });
  return (
    <Dialog title={words.shortcuts} isOpen={isOpen.value} onClose={() => (isOpen.value = false)}>
      <dl class="shortcut-list">
        {shortcuts.all.value.map(({ key, label }) => (
          <Fragment key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{label}</dd>
          </Fragment>
        ))}
      </dl>
    </Dialog>
  );
}
