// What a response code tells an auditor, one clause each.

const MEANINGS: Readonly<Record<string, string>> = {
  0: 'no answer recorded',
  100: 'going on',
  101: 'a session began: exec, attach or port-forward over WebSocket or SPDY',
  200: 'done',
  201: 'created; on pods/exec and pods/attach: access was given',
  202: 'accepted, to be done later; deletions that wait for finalizers',
  204: 'done, nothing to return',
  206: 'part of the content',
  301: 'moved; a client with an old path',
  302: 'redirected; a login under way',
  304: 'not changed since the client last looked',
  307: 'redirected with the same method',
  308: 'moved for good',
  400: 'malformed request; many of them: a broken or probing client',
  401: 'not authenticated: expired, stolen or made-up credentials; failed logins',
  402: 'payment wanted; not from Kubernetes itself',
  403: 'authenticated but not allowed: missing rights, or somebody trying doors',
  404: 'does not exist; many names in a row: somebody guessing',
  405: 'method not allowed on this path',
  406: 'the client wants a format that the server does not speak',
  408: 'the client was too slow',
  409: 'conflict: created twice, or changed by somebody else meanwhile; normal for controllers',
  410: 'the version asked for is gone; a watch must start over',
  413: 'request too large',
  415: 'format of the body not understood',
  422: 'invalid object, or refused by validation or an admission policy',
  429: 'too many requests: priority and fairness, or an eviction that a disruption budget forbids',
  499: 'the client went away',
  500: 'the API server or a webhook failed',
  501: 'not implemented',
  502: 'an aggregated API or a webhook answered badly',
  503: 'the API server or an aggregated API was not available',
  504: 'time ran out: slow etcd, webhook or aggregated API',
};

const FAMILIES: readonly string[] = [
  '',
  'information',
  'done',
  'redirected or not changed',
  'refused: the fault is with the client',
  'failed: the fault is with the server',
];

export function explainCode(code: string): string {
  return MEANINGS[code] ?? FAMILIES[Math.floor(Number(code) / 100)] ?? '';
}
