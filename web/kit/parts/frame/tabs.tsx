import { usePage } from '../../page/hooks.ts';

export interface Tab {
  /** A path of the page. */
  readonly href: string;
  readonly text: string;
}

/** The views of a page, as links. */
export function Tabs({ label, tabs }: { readonly label: string; readonly tabs: readonly Tab[] }) {
  const { path } = usePage().router;
  return (
    <nav class="tabs" aria-label={label}>
      {tabs.map(({ href, text }) => (
        <a key={href} href={href} aria-current={path.value === href ? 'page' : undefined}>
          {text}
        </a>
      ))}
    </nav>
  );
}
