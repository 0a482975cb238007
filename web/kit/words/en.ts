import { pluralsOf } from './dictionary.ts';

const plural = pluralsOf('en');

/** What every page says. These keys are those of all languages. */
export const en = {
  skip: 'Skip to the content',
  language: 'Language',
  theme: 'Appearance',
  themes: { system: 'As the device', light: 'Light', dark: 'Dark' },
  close: 'Close',
  copy: 'Copy',
  copied: 'Copied',
  loading: 'Loading …',
  tryAgain: 'Try again',
  requestId: (id: string) => `Request ${id}`,
  shortcuts: 'Keyboard shortcuts',
  shortcutsOpen: 'Show this list',
  optional: 'optional',
  signIn: 'Sign in',
  signOut: 'Sign out',
  signedInAs: (name: string) => `Signed in as ${name}`,
  signInAgain: 'Your sign-in is over. Sign in again; your work here is kept.',
  offline: 'You are offline. This page goes on by itself when the network is back.',
  unreachable: 'The service does not answer. We keep trying.',
  asOf: (age: string) => `Last news ${age}.`,
  failed: {
    offline: 'No network. Check your connection; this page goes on by itself.',
    unauthenticated: 'Sign in to see this.',
    forbidden: 'Your sign-in does not allow this. Sign in as someone who may.',
    notFound: 'There is nothing here. Check the address.',
    busy: 'Very many people are here right now. We try again in a moment.',
    fault: 'Something broke on our side. Try again; if it stays, tell us the number below.',
    faultUnnamed: 'Something broke on our side. Try again.',
  },
  /** What the visitor asked for was not done, and nothing tries again by itself. */
  notDone: {
    offline: 'No answer came. Check your connection, then try again.',
    unauthenticated: 'Your sign-in is over. Sign in again, then try again.',
    busy: 'Very many people are here right now. Try again in a moment.',
  },
  notFound: { title: 'This page does not exist', body: 'Check the address.' },
  state: {
    draft: 'Draft',
    open: 'Open',
    paused: 'Paused',
    closed: 'Closed',
  },
  stock: { in_stock: 'In stock', low: 'Few left', sold_out: 'Sold out' },
  units: {
    day: (count: number) => plural(count, { one: 'day', other: 'days' }),
    hour: (count: number) => plural(count, { one: 'hour', other: 'hours' }),
    minute: (count: number) => plural(count, { one: 'minute', other: 'minutes' }),
    second: (count: number) => plural(count, { one: 'second', other: 'seconds' }),
  },
  leftToGo: {
    days: (count: number) => plural(count, { one: '# day left', other: '# days left' }),
    hours: (count: number) => plural(count, { one: '# hour left', other: '# hours left' }),
    minutes: (count: number) => plural(count, { one: '# minute left', other: '# minutes left' }),
    soon: 'Less than a minute left',
    over: 'Time is over',
  },
};
