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
  // Inside, an element without a gap takes every press, so what the dialog gets is beside it.
  const isBeside = ({ target }: Event) => target === own.current;
  // A selection that is dragged out of the dialog ends beside it, but did not begin there.
  const began = useRef(false);
  const onPointerDown = (event: Event) => (began.current = isBeside(event));
  const onClick = (event: Event) => {
    if (began.current && isBeside(event)) onClose();
  };
  return (
    <dialog
      ref={own}
      class="dialog"
      aria-labelledby={titleId}
      onClose={onClose}
      onPointerDown={onPointerDown}
      onClick={onClick}
    >
      <div class="dialog-inside">
        <div class="dialog-head">
          <h2 id={titleId}>{title}</h2>
          <Button kind="bare" label={words.close} onPress={onClose}>
            <span aria-hidden="true">✕</span>
          </Button>
        </div>
        {isOpen && children}
      </div>
    </dialog>
  );
}
