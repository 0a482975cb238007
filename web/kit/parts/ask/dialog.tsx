import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { useWords } from '../../page/hooks.ts';
import { kitWords } from '../../words/kit-words.ts';
import { Button } from './button.tsx';

interface DialogProps {
  readonly title: string;
  readonly isOpen: boolean;
  /** By the button, by Escape, or by a press beside the dialog. */
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** The browser keeps the focus inside, and gives it back to where it was. */
export function Dialog({ title, isOpen, onClose, children }: DialogProps) {
  const words = useWords(kitWords);
  const titleId = useId();
  const own = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = own.current;
    if (isOpen && !dialog?.open) dialog?.showModal();
    if (!isOpen && dialog?.open) dialog.close();
  }, [isOpen]);
  const onClick = (event: MouseEvent) => {
    if (event.target === own.current) onClose();
  };
  return (
    <dialog ref={own} class="dialog" aria-labelledby={titleId} onClose={onClose} onClick={onClick}>
      <div class="dialog-head">
        <h2 id={titleId}>{title}</h2>
        <Button kind="bare" label={words.close} onPress={onClose}>
          <span aria-hidden="true">✕</span>
        </Button>
      </div>
      {isOpen && children}
    </dialog>
  );
}
