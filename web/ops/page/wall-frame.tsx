import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { useWords } from '../../kit/page/hooks.ts';
import { PassingBanners } from '../../kit/parts/tell/banners.tsx';
import { LiveRegion } from '../../kit/parts/tell/live-region.tsx';
import { opsWords } from '../words.ts';

/** The frame of a screen on a wall: nothing to press, and no head. */
export function WallFrame({ children }: { readonly children: ComponentChildren }) {
  const { wall } = useWords(opsWords);
  useEffect(() => {
    document.title = wall.name;
  }, [wall.name]);
  return (
    <>
      <header class="unseen">
        <h1>{wall.name}</h1>
      </header>
      <PassingBanners />
      <main class="page-main wall">{children}</main>
      <LiveRegion />
    </>
  );
}
