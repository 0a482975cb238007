/** A request as it goes over the wire. Its texts are ASCII. */
export interface RequestParts {
  readonly method?: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly token?: string | undefined;
  readonly key?: string;
  readonly accept?: string;
  readonly body?: string;
}

export function requestText(parts: RequestParts): string {
  const { method = 'GET', path, token, key, accept, body } = parts;
  const lines = [
    `${method} ${path} HTTP/1.1`,
    'Host: attacked',
    ...(token === undefined ? [] : [`Authorization: Bearer ${token}`]),
    ...(key === undefined ? [] : [`Idempotency-Key: ${key}`]),
    ...(accept === undefined ? [] : [`Accept: ${accept}`]),
    ...(body === undefined
      ? []
      : ['Content-Type: application/json', `Content-Length: ${body.length}`]),
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body ?? ''}`;
}
