import { effect } from '@preact/signals';
import { render } from 'preact';
import type { ComponentType } from 'preact';
import { createConnection } from '../api/connection.ts';
import { Network, browserSight } from '../api/network.ts';
import { Router } from '../routing/router.ts';
import { Session } from '../session/session.ts';
import { browserTime } from '../time/browser-time.ts';
import { countSeconds } from '../time/seconds.ts';
import { ServerClock } from '../time/server-clock.ts';
import { LOCALES, LanguageChoice } from '../words/language.ts';
import { Ages } from './ages.ts';
import { Announcer } from './announcer.ts';
import { showTheme } from './kept-theme.ts';
import { PageContext } from './page.ts';
import type { Page } from './page.ts';
import { Shortcuts } from './shortcuts.ts';
import { safeStore } from './storage.ts';
import { ThemeChoice } from './theme.ts';

const SPARE_MS = 1_000;

function createSession(view: Window, tabStore: Page['tabStore']): Session {
  const { pathname: path, search: query, hash: fragment } = view.location;
  const replace = (address: string) => view.history.replaceState(null, '', address);
  return new Session(tabStore, { path, query, fragment, replace });
}

/** Connects the parts of the kit with each other and with the browser. */
function createPage(view: Window, isOwn: (path: string) => boolean): Page {
  const time = browserTime;
  const store = safeStore(() => view.localStorage);
  const tabStore = safeStore(() => view.sessionStorage);
  const language = new LanguageChoice(store, view.navigator.languages);
  const session = createSession(view, tabStore);
  const clock = new ServerClock(time);
  const network = new Network(browserSight(view));
  const locale = () => LOCALES[language.current.peek()];
  const url = view.location.origin;
  return {
    language,
    theme: new ThemeChoice(store),
    session,
    tabStore,
    time,
    clock,
    seconds: countSeconds(clock, time),
    network,
    connection: createConnection({ url, session, clock, time, network, early: view, locale }),
    streaming: {
      token: () => session.token,
      time,
      fetch: view.fetch.bind(view),
      random: Math.random,
    },
    router: new Router(view, isOwn),
    ages: new Ages(),
    announcer: new Announcer(time),
    shortcuts: new Shortcuts(view.document),
  };
}

/** Ends the session when its token expires, not when the next request is refused. */
function watchExpiry({ session, seconds, clock }: Page): void {
  effect(() => {
    const claims = session.claims.value;
    const nowMs = seconds.now.value;
    // Until an answer has told the time, only the device's clock is there, which may be wrong.
    if (clock.errorMs === null) return;
    if (claims && nowMs >= claims.untilMs - SPARE_MS) session.end();
  });
}

function watchBrowser({ language, theme }: Page, root: HTMLElement): void {
  effect(() => {
    root.lang = LOCALES[language.current.value];
  });
  effect(() => showTheme(root, theme.current.value));
}

/**
 * Starts a page in `#app`.
 * @param isOwn whether a path is one of this page: a link there leads on without a request
 */
export function startPage(View: ComponentType, isOwn: (path: string) => boolean): void {
  const page = createPage(window, isOwn);
  watchBrowser(page, document.documentElement);
  watchExpiry(page);
  render(
    <PageContext.Provider value={page}>
      <View />
    </PageContext.Provider>,
    document.querySelector('#app')!,
  );
}
