import { PARAMETERS } from './examples.ts';
import { nameSchemas } from './name-schemas.ts';

interface Parameter {
  readonly in: string;
  readonly name: string;
  readonly example?: string;
}

interface Answer {
  readonly headers?: object;
}

interface Content {
  readonly schema: { readonly type?: string | readonly string[] };
}

interface RequestBody {
  readonly content: Readonly<Record<string, Content>>;
  readonly required?: boolean;
}

interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: RequestBody;
  readonly responses: Readonly<Record<string, Answer>>;
}

type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>;

const REQUEST_ID = {
  RequestId: {
    description:
      'Names the request. It is also at the end of `instance` in a problem. It is missing when ' +
      'the request could not be read.',
    schema: { type: 'string' },
  },
};
const SAID_ALWAYS = { 'X-Request-Id': { $ref: '#/components/headers/RequestId' } };

const mapValues = <Value, Result>(
  record: Readonly<Record<string, Value>>,
  change: (value: Value) => Result,
): Record<string, Result> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));

function withExample(parameter: Parameter): Parameter {
  const example = parameter.in === 'path' ? PARAMETERS[parameter.name] : undefined;
  return example === undefined ? parameter : { ...parameter, example };
}

/** A body that may be null need not be sent. */
function mayBeLeftOut({ content }: RequestBody): boolean {
  return Object.values(content).some(({ schema }) => schema.type?.includes('null'));
}

function finishedOperation(operation: Operation): Operation {
  const { parameters, requestBody, responses } = operation;
  return {
    ...operation,
    ...(parameters ? { parameters: parameters.map(withExample) } : {}),
    ...(requestBody
      ? { requestBody: { ...requestBody, required: !mayBeLeftOut(requestBody) } }
      : {}),
    responses: mapValues(responses, (answer) => ({
      ...answer,
      headers: { ...answer.headers, ...SAID_ALWAYS },
    })),
  };
}

interface Unfinished {
  readonly components?: object;
  readonly paths?: unknown;
  readonly webhooks?: unknown;
}

/** Adds what all operations share, and puts the schemas that have a name among the components. */
export function finishDocument<Document extends Unfinished>(document: Document): Document {
  const schemas: Record<string, unknown> = {};
  const operations = mapValues(document.paths as Paths, (path) =>
    mapValues(path, finishedOperation),
  );
  const paths = nameSchemas(operations, schemas);
  const webhooks = nameSchemas(document.webhooks, schemas);
  const sorted = Object.fromEntries(
    Object.entries(schemas).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
  const components = { ...document.components, headers: REQUEST_ID, schemas: sorted };
  return { ...document, paths, webhooks, components };
}
