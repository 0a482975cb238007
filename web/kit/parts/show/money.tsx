import { useFormats } from '../../page/hooks.ts';

interface MoneyProps {
  /** In the minor unit of the currency, as the API gives it. */
  readonly minor: number;
  readonly currency: string;
  /** A price that is no longer asked, with the word that says so to those who hear the page. */
  readonly before?: string;
}

export function Money({ minor, currency, before }: MoneyProps) {
  const text = useFormats().money(minor, currency);
  if (before === undefined) return <span class="money">{text}</span>;
  return (
    <s class="money money-before">
      <span class="unseen">{before} </span>
      {text}
    </s>
  );
}
