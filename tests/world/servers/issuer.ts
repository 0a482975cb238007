import { constants, generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

export type Algorithm = 'EdDSA' | 'ES256' | 'RS256';

/** A pair of keys and the name under which the issuer publishes the public one. */
export interface NamedKeys {
  readonly kid: string;
  readonly alg: Algorithm;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export function newKeys(alg: Algorithm, kid: string): NamedKeys {
  const pairOf = {
    EdDSA: () => generateKeyPairSync('ed25519'),
    ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    RS256: () => generateKeyPairSync('rsa', { modulusLength: 2_048 }),
  };
  return { kid, alg, ...pairOf[alg]() };
}

export const jwkOf = ({ kid, alg, publicKey }: NamedKeys): object => ({
  ...publicKey.export({ format: 'jwk' }),
  kid,
  alg,
  use: 'sig',
});

/** The `authorization` header of a token that these keys sign, with PS256 if the header says so. */
export function signedBy(
  { kid, alg, privateKey }: NamedKeys,
  claims: object,
  more: { readonly alg?: string } & Readonly<Record<string, unknown>> = {},
): string {
  const signed = `${part({ alg, typ: 'at+jwt', kid, ...more })}.${part(claims)}`;
  const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
  const key = {
    key: privateKey,
    dsaEncoding: 'ieee-p1363',
    ...(more.alg === 'PS256' ? padding : {}),
  } as const;
  const bytes = sign(alg === 'EdDSA' ? null : 'sha256', Buffer.from(signed), key);
  return `Bearer ${signed}.${bytes.toString('base64url')}`;
}

export type Answer = (reply: ServerResponse) => void;

/** Publishes keys by HTTP on this machine. */
export class Issuer {
  readonly #server: Server;
  #answer: Answer = () => {};
  /** How often it was asked. */
  asked = 0;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(keys: readonly NamedKeys[]): Promise<Issuer> {
    const server = createServer((_request, reply) => {
      issuer.asked += 1;
      issuer.#answer(reply);
    });
    const issuer = new Issuer(server);
    issuer.publish(keys.map(jwkOf));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return issuer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/keys`;
  }

  publish(keys: readonly object[]): void {
    this.answer((reply) => reply.end(JSON.stringify({ keys })));
  }

  /** Answers all requests this way from here on. */
  answer(answer: Answer): void {
    this.#answer = answer;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
