// Parts of the OpenAPI document: parameter tables and answer shapes of the routes. Nothing here is enforced; core/wire parses.
import { FILTER_FLAGS, ORDERS, TOP_BY, VIEWS } from '@kubewitness/core/wire';

interface Parameter {
  readonly type: string;
  readonly description: string;
  readonly items?: { readonly type: string };
  readonly enum?: readonly string[];
}

const FILTER_TEXT: Readonly<Partial<Record<(typeof FILTER_FLAGS)[number], string>>> = {
  code: '`403`, `4xx` or `400-499`',
  resource: '`pods`, `pods/exec`, `deployments.apps`, `*`',
  'source-ip': 'any address of the request, or a range such as `10.0.0.0/8`',
  'peer-ip': 'the last address: who really connected',
  uri: 'begins with this, or `~` and a regular expression',
  annotation: '`key`, `key=value` or `key!=value`',
  decision: '`allow`, `forbid` or `none`',
};

const filterParameters: Readonly<Record<string, Parameter>> = Object.fromEntries(
  FILTER_FLAGS.map((flag) => [
    flag,
    {
      type: 'array',
      items: { type: 'string' },
      description: `${FILTER_TEXT[flag] ?? `${flag} of the record`}; repeated values are or-ed, a leading \`!\` negates, \`=\` takes the rest literally`,
    },
  ]),
);

const shapeParameters: Readonly<Record<string, Parameter>> = {
  failed: { type: 'boolean', description: 'only codes 400 and above, and panics' },
  'min-duration': { type: 'string', description: 'at least this long, such as `500ms`' },
  since: { type: 'string', description: 'a duration before now, a day or RFC 3339; inclusive' },
  'since-time': { type: 'string', description: 'as `since`' },
  until: { type: 'string', description: 'as `since`; exclusive' },
  last: { type: 'integer', description: 'only the newest N of what the rest keeps' },
  'all-stages': { type: 'boolean', description: 'every record, not one per request' },
};

const view: Parameter = {
  type: 'string',
  enum: VIEWS,
  description: '`row`: all columns; `table`: the few a table shows; `line`: the exact bytes as written',
};

export const FILTER_QUERY = { type: 'object', properties: { ...filterParameters, ...shapeParameters } };

export const RECORDS_QUERY = {
  type: 'object',
  properties: {
    ...FILTER_QUERY.properties,
    limit: { type: 'integer', description: 'rows in the answer; default 100, 0 = all' },
    order: { type: 'string', enum: ORDERS, description: 'default newest' },
    cursor: { type: 'string', description: 'the trailer `kubewitness-next-cursor` of the page before' },
    view,
    fields: {
      type: 'string',
      description: 'audit fields instead of the row, separated by commas: `userAgent,user.username`',
    },
    unique: { type: 'boolean', description: 'each distinct set of `fields` once' },
  },
};

export const TAIL_QUERY = { type: 'object', properties: { ...FILTER_QUERY.properties, view } };

export const TOP_QUERY = {
  type: 'object',
  properties: {
    ...FILTER_QUERY.properties,
    by: { type: 'string', enum: TOP_BY, description: 'default user' },
    limit: { type: 'integer', description: 'default 10' },
  },
};

export const LIMIT_QUERY = {
  type: 'object',
  properties: { limit: { type: 'integer', description: 'rows in the answer; default 100, at most 10000' } },
};

export const IMPORT_NAMES = ['name', 'cluster', 'host', 'component'] as const;

export const IMPORT_QUERY = {
  type: 'object',
  properties: {
    name: {
      type: 'string',
      description: 'file name or path; its parts tell node and component where nothing else does',
    },
    cluster: { type: 'string', description: 'cluster of the records' },
    host: { type: 'string', description: 'node of the records' },
    component: { type: 'string', description: 'such as `kube-apiserver`' },
  },
};

const problemAnswer = { content: { 'application/problem+json': { schema: { $ref: 'Problem#' } } } };

/** Answers every guarded route can give. */
export const REFUSALS = {
  '4XX': { description: 'Refused; the body says why and what to do', ...problemAnswer },
  '5XX': { description: 'Not possible now; `Retry-After` says when to try again', ...problemAnswer },
};

/** A schema of core/wire by its $id; createHttp adds them all. */
export const ref = (id: string) => ({ $ref: `${id}#` });

/** A JSON answer of this shape, or a refusal. */
export const jsonAnswer = (id: string, description: string) => ({
  200: { description, ...ref(id) },
  ...REFUSALS,
});

export const STREAMED_ROWS = {
  200: {
    description:
      'One JSON object a line. Trailers: `kubewitness-next-cursor` for the next page, `kubewitness-problem` when the answer broke off. Empty lines are signs of life.',
    content: { 'application/x-ndjson': { schema: ref('RecordRow') } },
  },
  ...REFUSALS,
};
