// The filter flags: name, value and text. The same words are the parameters of the HTTP API.
import type { FILTER_FLAGS } from '@kubewitness/core/wire';

export interface FlagText {
  readonly name: string;
  readonly short?: string;
  /** Placeholder of the value; undefined for a switch. */
  readonly value?: string;
  readonly text: string;
  /** For completion; the server says what is valid. */
  readonly words?: readonly string[];
}

const STAGE_WORDS = ['RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic'];
const LEVEL_WORDS = ['Metadata', 'Request', 'RequestResponse'];
const VERB_WORDS = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'];
const COMPONENT_WORDS = ['kube-apiserver', 'openshift-apiserver', 'oauth-apiserver', 'oauth-server'];

/** Flags that filter by a field; each may be repeated. The type holds a row for every flag of the contract. */
const FIELD_FLAGS: Readonly<Record<(typeof FILTER_FLAGS)[number], Omit<FlagText, 'name'>>> = {
  user: { value: 'NAME', text: "who asked: alice, system:serviceaccount:NS:NAME, or '~regexp'" },
  'impersonated-user': { value: 'NAME', text: 'on whose behalf (--as)' },
  group: { value: 'NAME', text: 'a group of the user' },
  verb: { value: 'VERB', text: 'get, list, watch, create, update, patch, delete, deletecollection', words: VERB_WORDS },
  resource: { value: 'RESOURCE', text: "pods, pods/exec, pods/'*', deployments.apps, '*'" },
  namespace: { short: 'n', value: 'NAMESPACE', text: 'namespace; without it all namespaces' },
  name: { value: 'NAME', text: 'name of the object' },
  code: {
    value: 'CODE',
    text: 'response code: 403, 4xx, 400-499',
    words: ['2xx', '3xx', '4xx', '5xx', '401', '403', '404'],
  },
  decision: { value: 'WORD', text: 'authorisation: allow, forbid, none', words: ['allow', 'forbid', 'none'] },
  'source-ip': { value: 'ADDRESS', text: 'any hop the client named: address or CIDR' },
  'peer-ip': { value: 'ADDRESS', text: 'the last hop, which the API server saw itself' },
  'user-agent': { value: 'TEXT', text: "exact user agent, or '~regexp'" },
  uri: { value: 'PREFIX', text: "beginning of the request URI, or '~regexp'" },
  stage: { value: 'STAGE', text: STAGE_WORDS.join(', '), words: STAGE_WORDS },
  level: { value: 'LEVEL', text: LEVEL_WORDS.join(', '), words: LEVEL_WORDS },
  annotation: { value: 'KEY[=VALUE]', text: 'audit annotation: key, key=value or key!=value' },
  host: { value: 'NAME', text: 'node whose API server wrote the record' },
  component: { value: 'NAME', text: COMPONENT_WORDS.join(', '), words: COMPONENT_WORDS },
  cluster: { value: 'NAME', text: 'cluster' },
  'audit-id': { value: 'ID', text: 'audit ID (chosen by the client: several requests may share one)' },
};

export const FILTER_TABLE: readonly FlagText[] = Object.entries(FIELD_FLAGS).map(([name, row]) => ({ name, ...row }));

/** The rest of a filter: at most one value each. */
export const SHAPE_TABLE: readonly FlagText[] = [
  { name: 'all-namespaces', short: 'A', text: 'all namespaces (the default; wins over -n)' },
  { name: 'failed', text: 'codes 400 and above, and panics' },
  { name: 'min-duration', value: 'DURATION', text: 'took at least so long: 500ms, 2s' },
  { name: 'since', value: 'DURATION|TIME', text: '90m, 2h, 7d, or a time' },
  { name: 'since-time', value: 'TIME', text: '2026-11-20T08:00:00Z, 2026-11-20' },
  { name: 'until', value: 'DURATION|TIME', text: 'before that time' },
  { name: 'last', value: 'N', text: 'only the newest N records of what the other flags keep' },
  { name: 'all-stages', text: 'every record; else one finished record per request' },
];

/** What `top` groups by, in the order of the field table. */
export const TOP_WORDS: readonly string[] = [
  'user',
  'impersonated-user',
  'group',
  'verb',
  'resource',
  'subresource',
  'namespace',
  'name',
  'code',
  'decision',
  'reason',
  'user-agent',
  'source-ip',
  'level',
  'stage',
  'uri',
  'api-group',
  'api-version',
  'binding',
  'role',
  'cluster',
  'host',
  'component',
];
