import type { ComponentChildren } from 'preact';
import { useFormats, usePage, useWords } from '../../page/hooks.ts';
import { signInAddress } from '../../session/sign-in-address.ts';
import { kitWords } from '../../words/kit-words.ts';

interface BannerProps {
  readonly isBad?: boolean;
  readonly children: ComponentChildren;
}

/** A line over the whole page, above all that it is about. */
export function Banner({ isBad = false, children }: BannerProps) {
  return (
    <div class={isBad ? 'banner banner-bad' : 'banner'} role="status">
      {children}
    </div>
  );
}

/** Says that the network or the service is away, until it is back. */
function NetworkBanner() {
  const words = useWords(kitWords);
  const state = usePage().network.state.value;
  if (state === 'online') return null;
  return <Banner>{state === 'offline' ? words.offline : words.unreachable}</Banner>;
}

/** Says that the visitor must sign in again; the page stays as it is. */
function SessionBanner() {
  const words = useWords(kitWords);
  const { session, router } = usePage();
  if (session.state.value !== 'over') return null;
  return (
    <Banner isBad>
      <span>{words.signInAgain}</span>
      <a href={signInAddress(router.here)}>{words.signIn}</a>
    </Banner>
  );
}

/** Says how old the news are, once they are late. @param atMs by `monotonic` */
function AgeBanner({ atMs }: { readonly atMs: number }) {
  const words = useWords(kitWords);
  const formats = useFormats();
  const { time, seconds } = usePage();
  const nowMs = seconds.now.value;
  const ageMs = time.monotonic() - atMs;
  return <Banner>{words.asOf(formats.relative(nowMs - ageMs, nowMs))}</Banner>;
}

/** Banners that come and go. They lie over the head of the page, so that nothing moves. */
export function PassingBanners() {
  const { oldestMs } = usePage().ages;
  const atMs = oldestMs.value;
  return (
    <div class="passing">
      <NetworkBanner />
      {atMs !== null && <AgeBanner atMs={atMs} />}
      <SessionBanner />
    </div>
  );
}
