import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, chownSync, lstatSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** The path of a socket may have 107 bytes on Linux, 103 elsewhere. */
const socketPathBytes = 103;
const socketName = '/.s.PGSQL.5432';

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

export interface PostgresFolders {
  readonly data: string;
  readonly socket: string;
  readonly log: string;
  /** The account to run as, set when we are root: Postgres refuses to run as root. */
  readonly account?: Account;
}

/** Creates the folders of a server so that its account owns and reaches them. */
export function postgresFolders(dir: string): PostgresFolders {
  const account = process.getuid?.() === 0 ? serverAccount() : undefined;
  const wanted = makeOwned(resolve(dir), account);
  const hash = createHash('sha256').update(wanted).digest('hex').slice(0, 16);
  const fallback = join(tmpdir(), `doorbuster-${hash}`);
  const home = isReachable(wanted, account) ? wanted : makeOwned(fallback, account);
  const fits = Buffer.byteLength(home + socketName) <= socketPathBytes;
  return {
    data: join(home, 'data'),
    socket: fits ? home : makeOwned(fallback, account),
    log: join(home, 'postgres.log'),
    ...(account && { account }),
  };
}

function serverAccount(): Account {
  for (const name of ['postgres', 'nobody']) {
    const uid = spawnSync('id', ['-u', name]);
    if (uid.status !== 0) continue;
    return { uid: Number(uid.stdout), gid: Number(execFileSync('id', ['-g', name])) };
  }
  throw new Error('Postgres refuses to run as root, and there is no account postgres or nobody');
}

/** Checks the owner too: others can guess the name of a folder under the temporary one. */
function makeOwned(folder: string, account: Account | undefined): string {
  mkdirSync(folder, { recursive: true });
  const { uid } = lstatSync(folder);
  const isOurs = uid === process.getuid?.() || uid === account?.uid;
  if (!isOurs) throw new Error(`${folder} belongs to another user`);
  if (account) chownSync(folder, account.uid, account.gid);
  chmodSync(folder, 0o700);
  return folder;
}

function isReachable(folder: string, account: Account | undefined): boolean {
  return !account || spawnSync('test', ['-w', folder], { ...account, cwd: '/' }).status === 0;
}
