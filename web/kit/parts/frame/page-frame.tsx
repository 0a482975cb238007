import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { usePage, useWords } from '../../page/hooks.ts';
import { kitWords } from '../../words/kit-words.ts';
import { LanguageSwitch, ThemeSwitch } from '../ask/switches.tsx';
import { LiveRegion } from '../tell/live-region.tsx';
import { PassingBanners } from '../tell/banners.tsx';
import { SignOut } from './admit.tsx';

interface PageFrameProps {
  /** Of the page, and of the browser's tab. */
  readonly title: string;
  /** Beside the language, e.g. who is signed in. */
  readonly aside?: ComponentChildren;
  /** Between head and content, e.g. tabs. */
  readonly below?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** The head, the banners, the content and the foot of every page. */
export function PageFrame({ title, aside, below, children }: PageFrameProps) {
  const words = useWords(kitWords);
  const { path } = usePage().router;
  useEffect(() => {
    document.title = title;
  }, [title]);
  const content = useRef<HTMLElement>(null);
  const shown = useRef(path.value);
  useEffect(() => {
    // A new view begins at its top, for those who hear the page, too.
    if (shown.current !== path.value) content.current?.focus();
    shown.current = path.value;
  }, [path.value]);
  return (
    <>
      <a class="skip" href="#content">
        {words.skip}
      </a>
      <header class="page-head">
        <h1 class="page-title" title={title}>
          {title}
        </h1>
        {aside}
        <LanguageSwitch />
      </header>
      {below}
      <PassingBanners />
      <main ref={content} id="content" class="page-main" tabIndex={-1}>
        {children}
      </main>
      <footer class="page-foot">
        <ThemeSwitch />
        <SignOut />
      </footer>
      <LiveRegion />
    </>
  );
}
