import type { ComponentChildren } from 'preact';

interface ButtonProps {
  /** What will happen, in the words of the visitor. */
  readonly children: ComponentChildren;
  readonly onPress?: () => void;
  /** `main`: the one action of the view. */
  readonly kind?: 'main' | 'plain' | 'bare';
  readonly isWide?: boolean;
  /** Off for now: it keeps its place, and says why in its text. */
  readonly isOff?: boolean;
  readonly submits?: boolean;
  /** For those who hear the page, when the text alone does not say what it is about. */
  readonly label?: string;
}

export function Button(props: ButtonProps) {
  const { children, onPress, kind = 'plain', isWide = false, isOff, submits, label } = props;
  const classes = ['button', `button-${kind}`, isWide ? 'button-wide' : ''];
  return (
    <button
      type={submits ? 'submit' : 'button'}
      class={classes.join(' ').trim()}
      disabled={isOff}
      aria-label={label}
      onClick={onPress}
    >
      {children}
    </button>
  );
}
