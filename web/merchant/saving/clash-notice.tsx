import type { ComponentChildren } from 'preact';
import { useFormats, usePage, useWords } from '../../kit/page/hooks.ts';
import { Button } from '../../kit/parts/ask/button.tsx';
import { msOf } from '../../kit/time/timestamps.ts';
import { nameOf } from './find-change.ts';
import type { Clash } from './save.ts';
import { savingWords } from './words.ts';

interface ClashNoticeProps<Thing> {
  readonly clash: Clash<Thing>;
  /** What the fields of the edit say now, and what the visitor typed. */
  readonly compared: (theirs: Thing) => readonly Compared[];
  readonly onKeepMine: () => void;
  readonly onTakeTheirs: () => void;
}

export interface Compared {
  readonly field: string;
  readonly theirs: ComponentChildren;
  /** Undefined: the form has no such field, and a save leaves it as it is now. */
  readonly mine?: ComponentChildren;
}

function Difference({ rows }: { readonly rows: readonly Compared[] }) {
  const words = useWords(savingWords);
  return (
    <dl class="facts">
      {rows.map(({ field, theirs, mine }) => (
        <div key={field}>
          <dt>{field}</dt>
          <dd>
            {words.clash.theirs('')}
            <strong>{theirs}</strong>
            {mine !== undefined && (
              <>
                <br />
                {words.clash.yours('')}
                {mine}
              </>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** Someone else was faster: shows what is there now beside what was typed, and saves nothing. */
export function ClashNotice<Thing>(props: ClashNoticeProps<Thing>) {
  const { clash, compared, onKeepMine, onTakeTheirs } = props;
  const words = useWords(savingWords);
  const formats = useFormats();
  const { seconds } = usePage();
  const { theirs, by } = clash;
  const ago = by && formats.relative(msOf(by.at), seconds.now.value);
  const known = by && ago !== null ? words.clash.by(nameOf(by, words.who), ago) : null;
  return (
    <div class="notice notice-warn" role="alert">
      <p>{theirs ? (known ?? words.clash.unknown) : words.clash.gone}</p>
      <p>{words.clash.kept}</p>
      {theirs && <Difference rows={compared(theirs.data)} />}
      <div class="row">
        {theirs && (
          <Button kind="main" onPress={onKeepMine}>
            {words.clash.keepMine}
          </Button>
        )}
        <Button onPress={onTakeTheirs}>{words.clash.takeTheirs}</Button>
      </div>
    </div>
  );
}
