import { resolve } from 'node:path';
import { useCompilerSix } from './compiler-six.ts';

/** Heads the files of the generator's runtime: they fail under our stricter settings. */
const RUNTIME = '// @ts-nocheck: written for looser settings of the compiler';

/**
 * Generates the typed client.
 * @param document the path of an OpenAPI document
 * @param folder where its files go; what is there is deleted
 */
export async function generateClient(document: string, folder: string): Promise<void> {
  useCompilerSix();
  const { createClient } = await import('@hey-api/openapi-ts');
  await createClient({
    // It takes a relative path for the name of a project at its maker's.
    input: resolve(document),
    output: {
      path: folder,
      clean: true,
      importFileExtension: '.ts',
      // Only files that are made from the document have a `file` here.
      header: ({ defaultValue, file }) => (file ? [...defaultValue] : [...defaultValue, RUNTIME]),
    },
    logs: { level: 'silent' },
    plugins: ['@hey-api/typescript', '@hey-api/sdk', '@hey-api/client-fetch'],
  });
}
