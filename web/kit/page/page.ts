import { createContext } from 'preact';
import type { Connection } from '../api/connection.ts';
import type { Network } from '../api/network.ts';
import type { StreamDeps } from '../api/stream.ts';
import type { Router } from '../routing/router.ts';
import type { Session } from '../session/session.ts';
import type { PageTime } from '../time/browser-time.ts';
import type { Seconds } from '../time/seconds.ts';
import type { ServerClock } from '../time/server-clock.ts';
import type { LanguageChoice } from '../words/language.ts';
import type { Ages } from './ages.ts';
import type { Announcer } from './announcer.ts';
import type { Shortcuts } from './shortcuts.ts';
import type { Store } from './storage.ts';
import type { ThemeChoice } from './theme.ts';

/** All that the views of a page share. `startPage` makes it once. */
export interface Page {
  readonly language: LanguageChoice;
  readonly theme: ThemeChoice;
  readonly session: Session;
  /** Lasts as long as the tab. */
  readonly tabStore: Store;
  readonly time: PageTime;
  readonly clock: ServerClock;
  readonly seconds: Seconds;
  readonly network: Network;
  readonly connection: Connection;
  readonly streaming: StreamDeps;
  readonly router: Router;
  /** Of what the views show. */
  readonly ages: Ages;
  readonly announcer: Announcer;
  readonly shortcuts: Shortcuts;
}

export const PageContext = createContext<Page | null>(null);
