import { dirname } from 'node:path/posix';
import type { RepositoryRule } from './source.ts';

const mostFiles = { folder: 15, testFolder: 20 };
const held = [
  'src',
  'lua',
  'sql/statements',
  'bench',
  'proof',
  'client',
  'examples',
  'web',
  'tests',
];

/** A folder fits on one look; files of its sub-folders are not its own. */
export const foldersAreSmall: RepositoryRule = (sources) => {
  const counts = new Map<string, number>();
  for (const { path } of sources) {
    const folder = dirname(path);
    if (held.some((root) => `${folder}/`.startsWith(`${root}/`))) {
      counts.set(folder, (counts.get(folder) ?? 0) + 1);
    }
  }
  return [...counts].flatMap(([folder, count]) => {
    const most = folder.startsWith('tests') ? mostFiles.testFolder : mostFiles.folder;
    return count > most ? [`${folder}: ${count} files, and a folder has at most ${most}`] : [];
  });
};
