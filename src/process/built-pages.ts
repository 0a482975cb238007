import { join } from 'node:path';
import type { BuiltPages } from '../platform/pages/built-file.ts';
import { readBuiltPages } from '../platform/pages/read-built-pages.ts';

/** Where scripts/bootstrap/web.mjs puts the pages. */
const FOLDER = join(import.meta.dirname, '../../.doorbuster/web');

/** Reads the pages of this working copy; none: they are not built. */
export const readOwnPages = (): BuiltPages => readBuiltPages(FOLDER);
