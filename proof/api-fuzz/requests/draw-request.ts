import fc from 'fast-check';
import type { ApiDocument, Operation, Parameter } from '../document/api-document.ts';
import { callers, callersOf } from '../world/callers.ts';
import type { Caller } from '../world/callers.ts';
import type { DrawnFor } from './drawn.ts';
import type { Schema } from '../document/closed-schemas.ts';
import { extraHeaders } from './extra-headers.ts';
import { ODD_HEADERS, ODD_PARTS, ODD_VALUES } from './odd-values.ts';
import { often, rarely } from './odds.ts';
import { eventRequest } from './payment-events.ts';
import { spoil, spoiledJson } from './spoil.ts';
import { strayRequest } from './stray-request.ts';
import { Values, known } from './values-of.ts';

const KEYS = 1_000_000_000;
/** They may end a sale, so they are sent to a sale that few others need. */
const END_SALES = ['closeSale', 'deleteSale', 'putSale'];

/** Parts of a path that name no thing, but another place in the tree. */
const DOTS = ['.', '..'];

/** Encodes text for a URL, except where it stands for an id of the world. */
function encoded(value: unknown): string {
  const text = String(value);
  if (DOTS.includes(text)) return '-';
  return /^\{\{.*\}\}$/.test(text) ? text : encodeURIComponent(text);
}

const oddPart = fc.constantFrom(...ODD_PARTS);

const queryOf = (pairs: readonly string[]): string => {
  const query = pairs.filter((pair) => pair !== '').join('&');
  return query === '' ? '' : `?${query}`;
};

interface Parts {
  readonly method: fc.Arbitrary<string>;
  readonly path: fc.Arbitrary<string>;
  readonly query: fc.Arbitrary<string>;
  readonly headers: fc.Arbitrary<Readonly<Record<string, string>>>;
  readonly extra: fc.Arbitrary<Readonly<Record<string, string>>>;
  readonly body: fc.Arbitrary<string | null>;
  readonly caller: fc.Arbitrary<Caller>;
  readonly isNarrow: fc.Arbitrary<boolean>;
}

function drawnFor(operation: Operation, parts: Parts): fc.Arbitrary<DrawnFor> {
  const all =
    fc.record<{ [Name in keyof Parts]: Parts[Name] extends fc.Arbitrary<infer T> ? T : never }>(
      parts,
    );
  return all.map(({ path, query, headers, extra, body, ...rest }) => {
    const type: Record<string, string> = body === null ? {} : { 'content-type': JSON_TYPE };
    const sent = { ...type, ...headers, ...extra };
    return {
      operation,
      drawn: { ...rest, url: path + query, headers: sent, body, isSigned: false },
    };
  });
}

class Requests {
  readonly #values: Values;

  constructor(document: ApiDocument) {
    this.#values = new Values(document);
  }

  of(operation: Operation): fc.Arbitrary<DrawnFor> {
    return fc.oneof(often(3, this.#any(operation)), often(2, this.#sound(operation)));
  }

  /** Each part may be wrong. */
  #any(operation: Operation): fc.Arbitrary<DrawnFor> {
    const { method, parameters } = operation;
    const one = fc.constant(method);
    return drawnFor(operation, {
      method: method === 'GET' ? fc.oneof(often(30, one), fc.constant('HEAD')) : one,
      path: this.#path(operation, (parameter) => this.#part(operation, parameter)),
      query: this.#query(parameters.filter(({ in: place }) => place === 'query')),
      headers: this.#headers(parameters, (sound) =>
        fc.oneof(often(16, sound), fc.constantFrom(...ODD_HEADERS), fc.constant('key-again')),
      ),
      extra: extraHeaders,
      body: this.#body(operation),
      caller: callerOf(operation),
      isNarrow: rarely(30),
    });
  }

  /** Nothing is wrong, as far as a schema can tell. */
  #sound(operation: Operation): fc.Arbitrary<DrawnFor> {
    const { method, parameters, body, example, roles } = operation;
    const allowed = roles.flatMap(callersOf);
    const value = body === null ? null : this.#soundBody(body, example);
    return drawnFor(operation, {
      method: fc.constant(method),
      path: this.#path(operation, (parameter) => this.#soundPart(operation, parameter)),
      query: this.#soundQuery(parameters.filter(({ in: place }) => place === 'query')),
      headers: this.#headers(parameters, (sound) => sound),
      extra: fc.constant({}),
      body: value?.map((one) => JSON.stringify(one)) ?? fc.constant(null),
      caller: fc.constantFrom(...(allowed.length > 0 ? allowed : callers)),
      isNarrow: fc.constant(false),
    });
  }

  #path(
    { path, parameters }: Operation,
    draw: (parameter: Parameter) => fc.Arbitrary<string>,
  ): fc.Arbitrary<string> {
    const inPath = parameters.filter((one) => one.in === 'path');
    const parts = Object.fromEntries(inPath.map((one) => [one.name, draw(one)]));
    return fc
      .record(parts)
      .map((drawn) => path.replaceAll(/\{(\w+)\}/g, (_, name: string) => drawn[name]!));
  }

  #soundPart({ id }: Operation, { name, schema }: Parameter): fc.Arbitrary<string> {
    if (name === 'code') return this.#values.of(schema).map(encoded);
    if (name !== 'sale') return known(name);
    return known(END_SALES.includes(id) ? 'spare sale' : 'open sale');
  }

  #part({ id }: Operation, { name, schema }: Parameter): fc.Arbitrary<string> {
    const own = this.#values.of(schema).map(encoded);
    const kind = name === 'sale' && END_SALES.includes(id) ? known('spare sale') : known(name);
    return fc.oneof(often(16, name === 'code' ? own : kind), often(2, own), oddPart);
  }

  #soundQuery(parameters: readonly Parameter[]): fc.Arbitrary<string> {
    const pairs = parameters.map(({ name, schema, required }) => {
      const pair = this.#values.of(schema, name).map((value) => `${name}=${encoded(value)}`);
      return required ? pair : fc.oneof(often(8, fc.constant('')), pair);
    });
    return fc.tuple(...pairs).map(queryOf);
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
    return fc.tuple(...pairs, extra).map(queryOf);
  }

  /** @param spoiled draws the value of a header from its sound ones */
  #headers(
    parameters: readonly Parameter[],
    spoiled: (sound: fc.Arbitrary<string>) => fc.Arbitrary<string>,
  ): fc.Arbitrary<Record<string, string>> {
    const own = parameters.filter(({ in: place }) => place === 'header');
    const entries = own.map(({ name, schema, required }) => {
      const isKey = name.toLowerCase() === 'idempotency-key';
      const fresh = fc.nat(KEYS).map((at) => `key-${at}`);
      const value = spoiled(isKey ? fresh : this.#values.of(schema, name).map(String));
      const freq = required ? 20 : 1;
      return [name.toLowerCase(), fc.option(value, { nil: null, freq })] as const;
    });
    return fc.record(Object.fromEntries(entries)).map((drawn) => {
      const kept = Object.entries(drawn).filter((entry) => entry[1] !== null);
      return Object.fromEntries(kept) as Record<string, string>;
    });
  }

  #soundBody(body: Schema, example: unknown): fc.Arbitrary<unknown> {
    const drawn = this.#values.of(body);
    return example === undefined ? drawn : fc.oneof(drawn, fc.constant(example));
  }

  #body({ body, example, method }: Operation): fc.Arbitrary<string | null> {
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
    const sound = this.#soundBody(body, example);
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

/** What ends something is rare: most requests need a sale that is open, and its things. */
const ENDS = [
  ...['closeSale', 'pauseSale', 'deleteSale', 'deleteOffer', 'deletePromotion', 'deleteWebhook'],
];
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
