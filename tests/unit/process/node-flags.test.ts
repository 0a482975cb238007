import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { NODE_FLAGS } from '../../../proof/fleet/service-process.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const text = (file: string): string => readFileSync(join(root, file), 'utf8');

test('the demo and the bench run the service with the flags of npm start and the image', () => {
  const { scripts } = JSON.parse(text('package.json')) as { scripts: Record<string, string> };
  expect(scripts['start']).toBe(`exec node ${NODE_FLAGS.join(' ')} src/process/main.ts`);
  expect(text('Dockerfile')).toContain(`ENTRYPOINT ${toList(['node', ...NODE_FLAGS])}\n`);
});

const toList = (words: readonly string[]): string => `[${words.map((w) => `"${w}"`).join(', ')}]`;
