import type { ComponentChildren } from 'preact';
import { useMemo } from 'preact/hooks';
import { usePage, useShortcut, useWords } from '../../kit/page/hooks.ts';
import { Button } from '../../kit/parts/ask/button.tsx';
import { Admit, SignedIn } from '../../kit/parts/frame/admit.tsx';
import { PageFrame } from '../../kit/parts/frame/page-frame.tsx';
import { ShortcutList } from '../../kit/parts/frame/shortcut-list.tsx';
import { Tabs } from '../../kit/parts/frame/tabs.tsx';
import { matchPath } from '../../kit/routing/match.ts';
import { ActingContext, createActing, useActing } from '../acts/acting.ts';
import { PauseDialog } from '../acts/pause-dialog.tsx';
import { DeskReads } from '../desk/desk-reads.tsx';
import { RushView } from '../rush/rush-view.tsx';
import { useWall } from '../rush/wall.ts';
import { Story } from './story.tsx';
import { opsWords } from '../words.ts';
import { WallFrame } from './wall-frame.tsx';

function useTabs() {
  const { tabs } = useWords(opsWords);
  return [
    { href: '/ops', text: tabs.rush },
    { href: '/ops/sales', text: tabs.sales },
    { href: '/ops/dead-letters', text: tabs.letters },
    { href: '/ops/calls', text: tabs.calls },
    { href: '/ops/changes', text: tabs.changes },
    { href: '/ops/security', text: tabs.security },
    { href: '/ops/processes', text: tabs.processes },
    { href: '/docs/', text: tabs.reference },
  ];
}

/** Turns the wall screen on and off at `w`. */
function useWallKey(): void {
  const { wall } = useWords(opsWords);
  const { router } = usePage();
  const isWall = useWall();
  useShortcut({
    key: 'w',
    label: wall.enter,
    run: () => {
      if (isWall.peek()) router.setQuery({ wall: '' });
      else router.go('/ops?wall=1');
    },
  });
}

/** For those without a keyboard. */
function PauseButton() {
  const { actions } = useWords(opsWords);
  const { claims } = usePage().session;
  const acting = useActing();
  if (claims.value?.role !== 'operator') return null;
  return (
    <Button onPress={() => (acting.value = { deed: 'pause', which: '' })}>{actions.pause}</Button>
  );
}

function Frame({ children }: { readonly children: ComponentChildren }) {
  const words = useWords(opsWords);
  const tabs = useTabs();
  return (
    <PageFrame
      title={words.title}
      aside={
        <>
          <SignedIn />
          <PauseButton />
        </>
      }
      below={<Tabs label={words.views} tabs={tabs} />}
    >
      {children}
      <ShortcutList />
    </PageFrame>
  );
}

/** What only an operator sees. */
function Desk() {
  const { path } = usePage().router;
  return (
    <>
      {matchPath('/ops', path.value) ? <RushView /> : <Story path={path.value} />}
      <PauseDialog />
    </>
  );
}

export function OpsPage() {
  const { claims } = usePage().session;
  const isWall = useWall().value;
  const acting = useMemo(createActing, []);
  useWallKey();
  const View = isWall ? WallFrame : Frame;
  const view = (
    <View>
      <Admit roles={['operator']}>{isWall ? <RushView /> : <Desk />}</Admit>
    </View>
  );
  // Above the frame, so that the history goes on when the screen changes.
  return (
    <ActingContext.Provider value={acting}>
      {claims.value?.role === 'operator' ? <DeskReads>{view}</DeskReads> : view}
    </ActingContext.Provider>
  );
}
