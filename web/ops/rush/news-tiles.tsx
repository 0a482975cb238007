import { answerOf, listNewestChanges, listSecurityEvents } from '../../../client/index.ts';
import type { PlacedChange, SecurityNote } from '../../../client/index.ts';
import { useFormats, useLoad, usePage, useWords } from '../../kit/page/hooks.ts';
import { msOf } from '../../kit/time/timestamps.ts';
import { changeWords, deedText, nameIn } from '../../kit/words/change-words.ts';
import { opsWords } from '../words.ts';
import { Rows } from './rows.tsx';
import { Tile } from './tile.tsx';

const EVERY_MS = 5_000;
const MAX_ROWS = 6;

/** How long ago, at the end of a line. */
function Ago({ at }: { readonly at: string }) {
  const formats = useFormats();
  const { seconds } = usePage();
  return <span class="muted">{formats.relative(msOf(at), seconds.now.value)}</span>;
}

function ChangeRow({ change }: { readonly change: PlacedChange }) {
  const names = useWords(changeWords);
  const { sub, role, sale, at } = change;
  const place = sale === null ? '' : ` · ${sale}`;
  return (
    <>
      <span class="grow">
        <strong>{sub ?? nameIn(names.roles, role)}</strong> {deedText(names, change)}
        {place}
      </span>
      <Ago at={at} />
    </>
  );
}

/** Who changed what, newest first. */
export function ChangesTile() {
  const { changes: words } = useWords(opsWords);
  const load = useLoad(
    ({ connection: { read } }, signal) =>
      answerOf(listNewestChanges({ client: read, query: { limit: String(MAX_ROWS) }, signal })),
    [],
    { everyMs: EVERY_MS },
  );
  return (
    <Tile name="changes" href="/ops/changes" load={load} lines={MAX_ROWS}>
      {({ items }) =>
        items.length === 0 ? (
          <p class="small muted">{words.none}</p>
        ) : (
          <Rows items={items} keyOf={({ sale, number }) => `${sale}/${number}`}>
            {(change) => <ChangeRow change={change} />}
          </Rows>
        )
      }
    </Tile>
  );
}

function SecurityRow({ note }: { readonly note: SecurityNote }) {
  const { security: words } = useWords(opsWords);
  const { event, route, at, leftOut } = note;
  return (
    <>
      <span class="grow">
        <strong>{words.events[event]}</strong> {route}
        {leftOut > 0 && ` ${words.leftOut(leftOut)}`}
      </span>
      <Ago at={at} />
    </>
  );
}

/** Whom the door turned away, newest first. */
export function SecurityTile() {
  const { security: words } = useWords(opsWords);
  const load = useLoad(
    ({ connection: { read } }, signal) => answerOf(listSecurityEvents({ client: read, signal })),
    [],
    { everyMs: EVERY_MS },
  );
  return (
    <Tile name="security" href="/ops/security" load={load} lines={MAX_ROWS}>
      {({ items }) =>
        items.length === 0 ? (
          <p class="small muted">{words.none}</p>
        ) : (
          <Rows
            items={items.slice(0, MAX_ROWS)}
            keyOf={({ requestId, at }) => `${requestId} ${at}`}
          >
            {(note) => <SecurityRow note={note} />}
          </Rows>
        )
      }
    </Tile>
  );
}
