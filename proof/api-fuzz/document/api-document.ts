import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ValidateFunction } from 'ajv';
import { isTimestamp } from '../../../src/domain/timestamps.ts';
import type { App } from '../../../src/http/deps.ts';
import { closed } from './closed-schemas.ts';
import type { Schema } from './closed-schemas.ts';

export interface Parameter {
  readonly in: 'path' | 'query' | 'header';
  readonly name: string;
  readonly required?: boolean;
  readonly schema: Schema;
}

/** What the document says of the answers with one status. */
export interface StatedAnswer {
  /** The schema of each header, by its name in lower case. */
  readonly headers: ReadonlyMap<string, Schema>;
  /** What checks a body of each media type. */
  readonly bodies: ReadonlyMap<string, () => ValidateFunction>;
}

export interface Operation {
  readonly id: string;
  readonly method: string;
  /** With parameters such as `{sale}`. */
  readonly path: string;
  readonly parameters: readonly Parameter[];
  /** The schema of the body; null: the document has none. */
  readonly body: Schema | null;
  /** A body that the document shows; undefined: it shows none. */
  readonly example: unknown;
  /** Who may call it; empty: anyone. */
  readonly roles: readonly string[];
  readonly answers: ReadonlyMap<number, StatedAnswer>;
}

interface RawAnswer {
  readonly headers?: Readonly<Record<string, Schema>>;
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
}

interface RawOperation {
  readonly operationId: string;
  readonly parameters?: readonly (Parameter | Schema)[];
  readonly requestBody?: {
    readonly content: Readonly<
      Record<string, { readonly schema?: Schema; readonly example?: unknown }>
    >;
  };
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
  readonly responses: Readonly<Record<string, RawAnswer>>;
}

interface RawDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, RawOperation>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> };
}

/** Validators find the document by this name. */
const NAME = 'openapi';
const REF = /^#\//;

/** Points references into the document, so that each schema can be compiled by itself. */
function withFullReferences(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withFullReferences);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, one]) => {
    const isReference = key === '$ref' && typeof one === 'string';
    return [key, isReference ? one.replace(REF, `${NAME}#/`) : withFullReferences(one)];
  });
  return Object.fromEntries(entries);
}

/** The OpenAPI document of an app, read as strictly as it can be. */
export class ApiDocument {
  readonly operations: readonly Operation[];
  readonly #raw: RawDocument;
  readonly #ajv = new Ajv2020({ strict: false, allErrors: false, validateFormats: true });
  readonly #problems = new Map<string, () => ValidateFunction>();

  constructor(document: unknown) {
    this.#raw = document as RawDocument;
    this.#ajv.addFormat('date-time', isTimestamp);
    this.#ajv.addSchema({ $id: NAME, components: this.#closedComponents() }, NAME, false, false);
    for (const [name, schema] of Object.entries(this.#schemas)) this.#addProblem(name, schema);
    this.operations = Object.entries(this.#raw.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, raw]) => this.#operation(method, path, raw)),
    );
  }

  static of(app: App): ApiDocument {
    return new ApiDocument(app.swagger());
  }

  /** Checks the body of a problem by its code; undefined: the document lacks the code. */
  problem(code: string): ValidateFunction | undefined {
    return this.#problems.get(code)?.();
  }

  /** Follows a reference such as `#/components/schemas/Order`. */
  follow(schema: Schema): Schema {
    const { $ref } = schema;
    if (typeof $ref !== 'string') return schema;
    const found = $ref
      .split('/')
      .slice(1)
      .reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], this.#raw);
    return this.follow(found as Schema);
  }

  get #schemas(): Readonly<Record<string, Schema>> {
    return this.#raw.components?.schemas ?? {};
  }

  #closedComponents(): object {
    const schemas = Object.entries(this.#schemas).map(([name, one]) => [name, closed(one)]);
    return withFullReferences({ schemas: Object.fromEntries(schemas) }) as object;
  }

  #addProblem(name: string, { properties }: Schema): void {
    const { code } = (properties ?? {}) as { code?: { const?: string; enum?: string[] } };
    const word = code?.const ?? code?.enum?.[0];
    if (!name.endsWith('Problem') || word === undefined) return;
    this.#problems.set(word, this.#check({ $ref: `#/components/schemas/${name}` }));
  }

  #operation(method: string, path: string, raw: RawOperation): Operation {
    const { operationId, parameters = [], requestBody, security = [], responses } = raw;
    const { schema: body = null, example } = Object.values(requestBody?.content ?? {})[0] ?? {};
    return {
      id: operationId,
      method: method.toUpperCase(),
      path,
      parameters: parameters.map((one) => this.follow(one as Schema) as unknown as Parameter),
      body,
      example,
      roles: security.flatMap((row) => Object.values(row).flat()),
      answers: new Map(
        Object.entries(responses).map(([status, answer]) => [Number(status), this.#stated(answer)]),
      ),
    };
  }

  /** It is compiled when the first answer has to be checked: most kinds are rare. */
  #check(schema: Schema): () => ValidateFunction {
    let check: ValidateFunction | undefined;
    return () => (check ??= this.#ajv.compile(withFullReferences(closed(schema)) as Schema));
  }

  #stated(answer: RawAnswer): StatedAnswer {
    const { headers = {}, content = {} } = this.follow(answer as Schema) as RawAnswer;
    return {
      headers: new Map(
        Object.entries(headers).map(([name, header]) => [
          name.toLowerCase(),
          (this.follow(header)['schema'] ?? {}) as Schema,
        ]),
      ),
      bodies: new Map(
        Object.entries(content).map(([type, { schema = {} }]) => {
          return [type, this.#check(schema)];
        }),
      ),
    };
  }
}
