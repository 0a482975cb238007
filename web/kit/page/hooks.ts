import { effect, untracked } from '@preact/signals';
import { useContext, useEffect, useMemo, useRef } from 'preact/hooks';
import { startLoad } from '../api/load.ts';
import type { Load, LoadOptions } from '../api/load.ts';
import { openStream } from '../api/stream.ts';
import type { EventStream, StreamHandlers } from '../api/stream.ts';
import { formatsOf } from '../format/formats.ts';
import type { Formats } from '../format/formats.ts';
import type { Dictionary } from '../words/dictionary.ts';
import { LOCALES } from '../words/language.ts';
import type { Language } from '../words/language.ts';
import { PageContext } from './page.ts';
import type { Page } from './page.ts';
import type { Shortcut } from './shortcuts.ts';

export function usePage(): Page {
  const page = useContext(PageContext);
  if (!page) throw new Error('this part stands outside a page');
  return page;
}

/** The texts of a dictionary in the page's language. */
export function useWords<Words>(dictionary: Dictionary<Words>): Words {
  return dictionary[usePage().language.current.value];
}

const formats = new Map<Language, Formats>();

/** How the page's language writes numbers, money and times. */
export function useFormats(): Formats {
  const language = usePage().language.current.value;
  const known = formats.get(language) ?? formatsOf(LOCALES[language]);
  formats.set(language, known);
  return known;
}

/**
 * Reads something for as long as the view stands.
 * @param inputs when one of them changes, it is read anew
 */
export function useLoad<Data>(
  read: (page: Page, signal: AbortSignal) => Promise<Data>,
  inputs: readonly unknown[],
  options: LoadOptions = {},
): Load<Data> {
  const page = usePage();
  const load = useMemo(() => startLoad((signal) => read(page, signal), page, options), inputs);
  useEffect(() => () => load.close(), [load]);
  return load;
}

/**
 * Reads a stream for as long as the view stands, and hurries when the network is back.
 * @param url null: not yet
 */
export function useStream(url: string | null, handlers: StreamHandlers): EventStream | null {
  const { streaming, network, session } = usePage();
  // Each drawing brings new handlers, for instance in another language.
  const latest = useRef(handlers);
  latest.current = handlers;
  const stream = useMemo(() => {
    if (url === null) return null;
    return openStream(url, streaming, {
      onEvent: (event) => latest.current.onEvent(event),
      onOpen: (sentMs) => latest.current.onOpen?.(sentMs),
    });
    // What a stream shows depends on who reads it.
  }, [url, session.token]);
  useEffect(() => {
    if (!stream) return undefined;
    const forget = effect(() => {
      // Each return hurries it, and so does an answer after none.
      void network.returns.value;
      if (network.state.value === 'online') untracked(() => stream.hurry());
    });
    return () => {
      forget();
      stream.close();
    };
  }, [stream]);
  return stream;
}

/** Adds a key for as long as the view stands. */
export function useShortcut({ key, label, run }: Shortcut): void {
  const { shortcuts } = usePage();
  useEffect(() => shortcuts.add({ key, label, run }), [key, label]);
}
