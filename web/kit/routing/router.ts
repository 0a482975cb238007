import { computed, signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';

/** The part of the address that a page routes by. */
interface Place {
  readonly path: string;
  readonly query: string;
}

const placeOf = ({ pathname, search }: Location | URL): Place => ({
  path: pathname,
  query: search,
});

/** A click that means: here, in this tab. */
const isPlain = (click: MouseEvent): boolean =>
  click.button === 0 && !click.ctrlKey && !click.metaKey && !click.shiftKey && !click.altKey;

const linkOf = (click: MouseEvent): HTMLAnchorElement | null =>
  click.target instanceof Element ? click.target.closest('a[href]') : null;

/** Where the visitor is in a page. Links within the page lead on without a request. */
export class Router {
  readonly path: ReadonlySignal<string>;
  readonly #page: Window;
  /** The paths of this page; all others are other pages. */
  readonly #isOwn: (path: string) => boolean;
  readonly #place;

  constructor(page: Window, isOwn: (path: string) => boolean) {
    this.#page = page;
    this.#isOwn = isOwn;
    const place = signal(placeOf(page.location));
    this.#place = place;
    this.path = computed(() => place.value.path);
    page.addEventListener('popstate', () => (place.value = placeOf(page.location)));
    page.document.addEventListener('click', (click) => this.#follow(click));
  }

  /** Path and query, to come back to. */
  get here(): string {
    const { path, query } = this.#place.value;
    return `${path}${query}`;
  }

  /** A field of the query; empty when it is absent. */
  query(name: string): ReadonlySignal<string> {
    return computed(() => new URLSearchParams(this.#place.value.query).get(name) ?? '');
  }

  /** Sets fields of the query, such as filters, without a new entry in the history. */
  setQuery(fields: Readonly<Record<string, string>>): void {
    const query = new URLSearchParams(this.#place.value.query);
    for (const [name, value] of Object.entries(fields)) {
      if (value === '') query.delete(name);
      else query.set(name, value);
    }
    const text = query.toString();
    const { path } = this.#place.value;
    this.#page.history.replaceState(null, '', text === '' ? path : `${path}?${text}`);
    this.#place.value = placeOf(this.#page.location);
  }

  /** @param address path and query, of this page or of another one */
  go(address: string): void {
    const url = new URL(address, this.#page.location.href);
    if (url.origin !== this.#page.location.origin || !this.#isOwn(url.pathname)) {
      this.#page.location.assign(url);
      return;
    }
    this.#page.history.pushState(null, '', url);
    this.#place.value = placeOf(url);
    this.#page.scrollTo(0, 0);
  }

  #follow(click: MouseEvent): void {
    const link = linkOf(click);
    if (!link || click.defaultPrevented || !isPlain(click)) return;
    if (link.target !== '' || link.hasAttribute('download')) return;
    const url = new URL(link.href);
    const isHere = url.pathname === this.path.peek() && url.hash !== '';
    if (url.origin !== this.#page.location.origin || isHere || !this.#isOwn(url.pathname)) return;
    click.preventDefault();
    this.go(url.href);
  }
}
