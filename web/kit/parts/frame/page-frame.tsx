import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { useWords } from '../../page/hooks.ts';
import { kitWords } from '../../words/kit-words.ts';
import { LanguageSwitch, ThemeSwitch } from '../ask/switches.tsx';
import { LiveRegion } from '../tell/live-region.tsx';
import { NetworkBanner, SessionBanner } from '../tell/banners.tsx';

interface PageFrameProps {
  /** Of the page, and of the browser's tab. */
  readonly title: string;
  /** Beside the switches, e.g. who is signed in. */
  readonly aside?: ComponentChildren;
  /** Between head and content, e.g. tabs. */
  readonly below?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** The head, the banners and the content of every page. */
export function PageFrame({ title, aside, below, children }: PageFrameProps) {
  const words = useWords(kitWords);
  useEffect(() => {
    document.title = title;
  }, [title]);
  return (
    <>
      <a class="skip" href="#content">
        {words.skip}
      </a>
      <header class="page-head">
        <h1 class="page-title">{title}</h1>
        <div class="row">
          {aside}
          <LanguageSwitch />
          <ThemeSwitch />
        </div>
      </header>
      {below}
      <NetworkBanner />
      <SessionBanner />
      <main id="content" class="page-main" tabIndex={-1}>
        {children}
      </main>
      <LiveRegion />
    </>
  );
}
