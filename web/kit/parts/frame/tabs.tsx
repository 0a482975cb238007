import { usePage } from '../../page/hooks.ts';

export interface Tab {
  /** A path of the page. */
  readonly href: string;
  readonly text: string;
  /** Default: whether the visitor is exactly there. */
  readonly isCurrent?: boolean;
}

/** The views of a page, as links. */
export function Tabs({ label, tabs }: { readonly label: string; readonly tabs: readonly Tab[] }) {
  const { path } = usePage().router;
  return (
    <nav class="tabs" aria-label={label}>
      {tabs.map(({ href, text, isCurrent = path.value === href }) => (
        <a key={href} href={href} aria-current={isCurrent ? 'page' : undefined}>
          {text}
        </a>
      ))}
    </nav>
  );
}
