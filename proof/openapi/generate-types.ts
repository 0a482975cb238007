import { pathToFileURL } from 'node:url';
import { useCompilerSix } from './compiler-six.ts';

/** @returns the types that openapi-typescript makes of an OpenAPI document at this path */
export async function generateTypes(document: string): Promise<string> {
  useCompilerSix();
  const { default: openapi, astToString } = await import('openapi-typescript');
  return astToString(await openapi(pathToFileURL(document)));
}
