// Which audit records matter to sessions, as data: the reader here and the store's copy on insert both follow this one list.

/** All members given must hold; `undefined` or absent asks nothing. Plain enough to be printed as SQL. */
export interface SessionChoice {
  readonly why: string;
  /** '' is the core group: other groups have resources of the same name, such as the pods of metrics.k8s.io. */
  readonly apiGroup?: string;
  readonly resources?: readonly string[];
  readonly subresources?: readonly string[];
  readonly verbs?: readonly string[];
  readonly codes?: readonly number[];
  readonly name?: string;
  readonly username?: string;
  readonly usernamePrefix?: string;
  /** Syntax that RE2 and JavaScript share, without flags; over the request URI as written. */
  readonly uriPattern?: string;
  /** Key of an annotation that must be there. */
  readonly annotation?: string;
}

/** A request that was only received tells neither its outcome nor its impersonated user: this stage is never chosen. */
export const UNCHOSEN_STAGE = 'RequestReceived';

export const LOGIN_DECISION = 'authentication.openshift.io/decision';
export const LOGIN_NAME = 'authentication.openshift.io/username';
/** Labels and annotation of pods that say what made them; the first that is there counts. */
export const MANAGED_BY = ['debug.openshift.io/managed-by', 'app.kubernetes.io/managed-by'];
export const DEBUG_SOURCE = 'debug.openshift.io/source-resource';
const STARTUP = 'apiserver.k8s.io/startup';
const UNREADY = 'openshift.io/unready';

/** What an API server does when it starts. */
export const STARTING_CHOICES: readonly SessionChoice[] = [
  { why: 'an API server that starts', annotation: STARTUP },
  { why: 'an API server that starts (OpenShift)', annotation: UNREADY },
  {
    why: 'what an API server of any version asks of itself once, when it starts',
    resources: ['clusterroles'],
    subresources: [''],
    verbs: ['get'],
    name: 'cluster-admin',
    username: 'system:apiserver',
  },
];

export const SESSION_CHOICES: readonly SessionChoice[] = [
  {
    why: 'streams into pods, and containers added to them',
    apiGroup: '',
    resources: ['pods'],
    subresources: ['exec', 'attach', 'portforward', 'ephemeralcontainers'],
  },
  {
    why: 'what a pod was, who made it and when it went',
    apiGroup: '',
    resources: ['pods'],
    subresources: [''],
    verbs: ['create', 'delete'],
  },
  { why: 'the node of a pod', apiGroup: '', resources: ['pods'], subresources: ['binding'], verbs: ['create'] },
  {
    why: 'the node of a pod: its kubelet reports under the name of the node',
    apiGroup: '',
    resources: ['pods'],
    subresources: ['status'],
    verbs: ['patch', 'update'],
    usernamePrefix: 'system:node:',
  },
  {
    why: 'commands through the kubelet; a percent sign may hide the word',
    resources: ['nodes'],
    uriPattern: '^/api/v1/(nodes/[^?]*/proxy/|proxy/nodes/)[^?]*(exec|run|attach|portForward|%)',
  },
  {
    why: 'where exec and debug are refused before they are asked',
    apiGroup: '',
    resources: ['pods', 'nodes'],
    subresources: [''],
    verbs: ['get'],
    codes: [403],
  },
  { why: 'logins at the OpenShift OAuth server', annotation: LOGIN_DECISION },
  ...STARTING_CHOICES,
];

/** What the choice looks at; AuditFields has all of it. */
export interface Chosen {
  readonly stage: string;
  readonly apiGroup: string;
  readonly resource: string;
  readonly subresource: string;
  readonly verb: string;
  readonly code: number;
  readonly name: string;
  readonly username: string;
  readonly requestUri: string;
  readonly annotations: ReadonlyMap<string, string>;
}

export function isSessionRelevant(record: Chosen): boolean {
  return record.stage !== UNCHOSEN_STAGE && SESSION_CHOICES.some((choice) => fits(choice, record));
}

/** Whether the API server was starting when it took this request. */
export function isStarting(record: Chosen): boolean {
  return STARTING_CHOICES.some((choice) => fits(choice, record));
}

function fits(choice: SessionChoice, record: Chosen): boolean {
  const among = <T>(wanted: readonly T[] | undefined, value: T): boolean =>
    wanted === undefined || wanted.includes(value);
  return (
    (choice.apiGroup === undefined || choice.apiGroup === record.apiGroup) &&
    among(choice.resources, record.resource) &&
    among(choice.subresources, record.subresource) &&
    among(choice.verbs, record.verb) &&
    among(choice.codes, record.code) &&
    (choice.name === undefined || choice.name === record.name) &&
    (choice.username === undefined || choice.username === record.username) &&
    record.username.startsWith(choice.usernamePrefix ?? '') &&
    (choice.annotation === undefined || record.annotations.has(choice.annotation)) &&
    (choice.uriPattern === undefined || new RegExp(choice.uriPattern).test(record.requestUri))
  );
}
