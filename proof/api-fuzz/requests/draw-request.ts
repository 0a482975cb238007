import fc from 'fast-check';
import type { ApiDocument, Operation, Parameter } from '../document/api-document.ts';
import { callers, callersOf } from '../world/callers.ts';
import type { Caller } from '../world/callers.ts';
import type { DrawnFor } from './drawn.ts';
import { ODD_HEADERS, ODD_PARTS, ODD_VALUES } from './odd-values.ts';
import { eventRequest } from './payment-events.ts';
import { spoil, spoiledJson } from './spoil.ts';
import { Values, known } from './values-of.ts';

const often = <T>(weight: number, arbitrary: fc.Arbitrary<T>) => ({ weight, arbitrary });
const rarely = (odds: number): fc.Arbitrary<boolean> =>
  fc.nat(odds - 1).map((one) => one === odds - 1 && odds > 1);

/** Headers that any request may have, whether the route reads them or not. */
const EXTRA_HEADERS = [
  ...['accept', 'accept-language', 'accept-encoding', 'prefer', 'traceparent', 'x-request-id'],
  ...['x-change-reason', 'if-match', 'if-none-match', 'x-forwarded-for', 'origin', 'range'],
  ...['idempotency-key', 'content-type', 'x-http-method-override', 'last-event-id'],
];
const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const SOUND_HEADERS = [
  'zh-CN',
  'application/json',
  'wait=1',
  TRACE,
  'gzip',
  'br',
  '*/*',
  '127.0.0.1',
];
const KEYS = 1_000_000_000;
const STRAY_METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
const STRAY_PATHS = ['/', '/v1', '/v1/', '/v1/sale', '/nowhere', '/v1/sales/x/y/z/1', '/admin'];
const DECOYS = 8;
/** They may end a sale, so they are sent to a sale that few others need. */
const END_SALES = ['closeSale', 'deleteSale', 'putSale'];

const extraHeaders: fc.Arbitrary<Readonly<Record<string, string>>> = fc.oneof(
  often(6, fc.constant({})),
  fc.dictionary(
    fc.constantFrom(...EXTRA_HEADERS),
    fc.oneof(fc.constantFrom(...ODD_HEADERS), fc.constantFrom(...SOUND_HEADERS)),
    { maxKeys: 3, noNullPrototype: true },
  ),
);

/** Encodes text for a URL, except where it stands for an id of the world. */
const encoded = (value: unknown): string =>
  /^\{\{.*\}\}$/.test(String(value)) ? String(value) : encodeURIComponent(String(value));

const oddPart = fc.constantFrom(...ODD_PARTS);

class Requests {
  readonly #document: ApiDocument;
  readonly #values: Values;

  constructor(document: ApiDocument) {
    this.#document = document;
    this.#values = new Values(document);
  }

  of(operation: Operation): fc.Arbitrary<DrawnFor> {
    const { method, parameters } = operation;
    const isRead = method === 'GET';
    const parts = {
      method: isRead
        ? fc.oneof(often(30, fc.constant(method)), fc.constant('HEAD'))
        : fc.constant(method),
      path: this.#path(operation),
      query: this.#query(parameters.filter(({ in: place }) => place === 'query')),
      headers: this.#headers(parameters.filter(({ in: place }) => place === 'header')),
      extra: extraHeaders,
      body: this.#body(operation),
      caller: callerOf(operation),
      isNarrow: rarely(30),
    };
    return fc.record(parts).map(({ path, query, headers, extra, body, ...rest }) => {
      const type: Record<string, string> = body === null ? {} : { 'content-type': JSON_TYPE };
      const all = { ...type, ...headers, ...extra };
      const drawn = { ...rest, url: path + query, headers: all, body, isSigned: false };
      return { operation, drawn };
    });
  }

  #path(operation: Operation): fc.Arbitrary<string> {
    const { path, parameters } = operation;
    const inPath = parameters.filter((one) => one.in === 'path');
    const parts = Object.fromEntries(inPath.map((one) => [one.name, this.#part(operation, one)]));
    return fc
      .record(parts)
      .map((drawn) => path.replaceAll(/\{(\w+)\}/g, (_, name: string) => drawn[name]!));
  }

  #part({ id }: Operation, { name, schema }: Parameter): fc.Arbitrary<string> {
    const own = this.#values.of(schema).map(encoded);
    const kind = name === 'sale' && END_SALES.includes(id) ? known('spare sale') : known(name);
    return fc.oneof(often(16, name === 'code' ? own : kind), often(2, own), oddPart);
  }

  #query(parameters: readonly Parameter[]): fc.Arbitrary<string> {
    const pairs = parameters.map(({ name, schema, required }) => {
      const sound = this.#values.of(schema, name).map((value) => `${name}=${encoded(value)}`);
      const odd = oddPart.map((value) => `${name}=${value}`);
      const twice = sound.map((pair) => `${pair}&${pair}`);
      const absent = often(required ? 1 : 8, fc.constant(''));
      return fc.oneof(absent, often(required ? 12 : 4, sound), odd, twice);
    });
    const extra = fc.oneof(
      often(20, fc.constant('')),
      oddPart.map((value) => `extra=${value}`),
    );
    return fc.tuple(...pairs, extra).map((list) => {
      const query = list.filter((pair) => pair !== '').join('&');
      return query === '' ? '' : `?${query}`;
    });
  }

  #headers(parameters: readonly Parameter[]): fc.Arbitrary<Record<string, string>> {
    const entries = parameters.map(({ name, schema, required }) => {
      const isKey = name.toLowerCase() === 'idempotency-key';
      const fresh = fc.nat(KEYS).map((at) => `key-${at}`);
      const sound = isKey ? fresh : this.#values.of(schema, name).map(String);
      const odd = fc.constantFrom(...ODD_HEADERS);
      const value = fc.oneof(often(16, sound), odd, fc.constant('key-again'));
      return [
        name.toLowerCase(),
        fc.option(value, { nil: null, freq: required ? 20 : 1 }),
      ] as const;
    });
    return fc.record(Object.fromEntries(entries)).map((drawn) => {
      const kept = Object.entries(drawn).filter((entry) => entry[1] !== null);
      return Object.fromEntries(kept) as Record<string, string>;
    });
  }

  #body({ body, method }: Operation): fc.Arbitrary<string | null> {
    const odd = fc.constantFrom(
      ...ODD_VALUES,
      '',
      '{',
      'null,',
      '<a/>',
      '{"a":1,"a":2}',
      '\uFEFF{}',
    );
    const none = fc.constant(null);
    if (body === null) {
      return method === 'GET'
        ? fc.oneof(often(40, none), odd)
        : fc.oneof(often(10, none), often(2, fc.constant('{}')), odd);
    }
    const { examples = [] } = this.#document.follow(body) as { examples?: object[] };
    const drawn = this.#values.of(body);
    const sound = examples.length > 0 ? fc.oneof(drawn, fc.constantFrom(...examples)) : drawn;
    const spoils = fc.array(spoil, { minLength: 1, maxLength: 2 });
    const spoiled = fc.tuple(sound, spoils).map(([value, list]) => spoiledJson(value, list));
    const plain = sound.map((value) => JSON.stringify(value) ?? '');
    return fc.oneof(often(12, plain), often(8, spoiled), none, odd);
  }
}

const JSON_TYPE = 'application/json';

function callerOf({ roles }: Operation): fc.Arbitrary<Caller> {
  const anyone = fc.constantFrom(...callers);
  const allowed = roles.flatMap(callersOf);
  return allowed.length === 0 ? anyone : fc.oneof(often(6, fc.constantFrom(...allowed)), anyone);
}

/** Requests for no operation: an unknown path, or a known path with a method that it lacks. */
function strayRequest({ operations }: ApiDocument): fc.Arbitrary<DrawnFor> {
  const methodsOf = Map.groupBy(operations, ({ path }) => path);
  const wrong = [...methodsOf].flatMap(([path, list]) =>
    STRAY_METHODS.filter((method) => list.every((one) => one.method !== method)).map((method) => ({
      method,
      path: path.replaceAll(/\{\w+\}/g, 'x'),
    })),
  );
  const unknown = fc.record({
    method: fc.constantFrom(...STRAY_METHODS, 'HEAD', 'OPTIONS'),
    path: fc.constantFrom(...STRAY_PATHS),
  });
  const target = fc.oneof(fc.constantFrom(...wrong), unknown);
  return fc
    .tuple(target, extraHeaders, fc.constantFrom(...callers), rarely(DECOYS))
    .map(([{ method, path }, headers, caller, hasBody]) => {
      const body = hasBody && method !== 'GET' && method !== 'HEAD' ? '{}' : null;
      const rest = { isNarrow: false, isSigned: false };
      return { operation: null, drawn: { method, url: path, headers, body, caller, ...rest } };
    });
}

/** What ends something is rare: most requests need a sale that is open, and its things. */
const ENDS = ['closeSale', 'pauseSale', 'deleteSale', 'deleteOffer', 'deleteWebhook'];
const RARE_WEIGHT = 2;
const USUAL_WEIGHT = 4;
const EVENT_WEIGHT = 8;

/** Requests for all operations of a document, and some for none. */
export function requestsFor(document: ApiDocument): fc.Arbitrary<DrawnFor> {
  const requests = new Requests(document);
  const list = document.operations.map((operation) =>
    often(ENDS.includes(operation.id) ? RARE_WEIGHT : USUAL_WEIGHT, requests.of(operation)),
  );
  const events = document.operations.find(({ id }) => id === 'receivePaymentEvent');
  const signed = events ? [often(EVENT_WEIGHT, eventRequest(document, events))] : [];
  return fc.oneof(...list, ...signed, often(USUAL_WEIGHT, strayRequest(document)));
}
