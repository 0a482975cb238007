import { ask } from './shell.mjs';

/** The last resort: this image, if a Docker engine answers (a client alone is of no use). */
export async function dockerImage(product, image) {
  const version = (await ask('docker', ['version', '--format', '{{.Server.Version}}']))?.trim();
  return version ? { image, from: `${product} from the image ${image}` } : undefined;
}
