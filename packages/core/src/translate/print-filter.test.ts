// Filters as LogQL: what is printed, and that it keeps the very lines of real recordings that the filter keeps.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { beforeAll, expect, test } from 'vitest';
import { checkLogql, compilePipeline, createStreamMatcher, type Entry } from '../logql/index.ts';
import { type Filter, parseFilter, parseTopRequest } from '../wire/index.ts';
import { printFilterAsLogql, printTopAsLogql } from './index.ts';
import { type AuditEvent, keeps } from './testing/filter-meaning.ts';

const NOW = 1_795_262_400_000_000_000n;
type Flags = Readonly<Record<string, string | readonly string[]>>;

function readFilter(flags: Flags): Filter {
  const params = new Map(Object.entries(flags).map(([name, value]) => [name, [value].flat()]));
  const parsed = parseFilter(params, NOW);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.value;
}

function print(flags: Flags): string {
  const printed = printFilterAsLogql(readFilter(flags), 'count');
  return printed.ok ? printed.logql : printed.problem;
}

test.each<[Flags, string]>([
  [{ 'all-stages': 'true' }, '{log_type="audit"}'],
  [
    {},
    '{log_type="audit"} | json | stage=~"ResponseComplete|Panic" or (stage="ResponseStarted" and responseStatus_code="401")',
  ],
  [
    { user: 'alice', code: '403', stage: 'ResponseComplete' },
    '{log_type="audit"} | json | user_username="alice" | responseStatus_code="403" | stage="ResponseComplete"',
  ],
  [
    { resource: 'pods/exec', namespace: ['shop', 'bank'], 'all-stages': 'true' },
    '{log_type="audit"} | json | objectRef_resource="pods" | objectRef_subresource="exec" | objectRef_namespace=~"shop|bank"',
  ],
  [
    { verb: ['!get', '!list'], cluster: ['prod', '~^test'], host: '!master-0', 'all-stages': 'true' },
    '{log_type="audit", kubernetes_host!="master-0", cluster=~"prod|test.*"} | json | verb!="get" | verb!="list"',
  ],
  [
    { code: ['4xx', '!404'], failed: 'true', 'all-stages': 'true' },
    '{log_type="audit"} | json | responseStatus_code >= 400 | responseStatus_code <= 499 | responseStatus_code!="404" | responseStatus_code >= 400 or stage="Panic"',
  ],
  [
    { 'source-ip': '10.0.0.0/8', uri: ['/apis/apps', '~/exec\\?'], 'all-stages': 'true' },
    '{log_type="audit"} | json | requestURI=~"/apis/apps.*" or requestURI=~`.*/exec\\?.*` | json source_ips="sourceIPs" | source_ips=ip("10.0.0.0/8")',
  ],
  [
    { group: '~^team-', 'all-stages': 'true' },
    '{log_type="audit"} | json | json event_user="user" | label_format in_groups_1=`{{if .event_user}}{{range (fromJson .event_user).groups}}{{count "^team-" .}}{{end}}{{end}}` | in_groups_1=~".*[1-9].*"',
  ],
])('%j is %s', (flags, logql) => {
  expect(print(flags)).toBe(logql);
});

test('what has no form is said', () => {
  expect(print({ last: '10' })).toMatch(/^--last has no LogQL form/);
  expect(print({ annotation: 'a"b=c' })).toMatch(/LogQL has no path/);
  const listed = printFilterAsLogql(readFilter({ last: '10' }), 'list');
  expect(listed).toMatchObject({ ok: true, notes: [expect.stringContaining('still run')] });
});

function printTop(flags: Flags) {
  const params = new Map(Object.entries(flags).map(([name, value]) => [name, [value].flat()]));
  const parsed = parseTopRequest(params, NOW);
  if (!parsed.ok) throw new Error(parsed.problem);
  const printed = printTopAsLogql(parsed.value, NOW);
  return printed.ok ? printed.logql : printed.problem;
}

test('top counts over the time it is about', () => {
  const shared = { 'all-stages': 'true', since: '24h' };
  expect(printTop({ by: 'user', ...shared })).toBe(
    'topk(10, sum by (user_username) (count_over_time({log_type="audit"} | json [1d])))',
  );
  expect(printTop({ by: 'component', limit: '0', ...shared })).toBe(
    'sort_desc(sum by (component) (count_over_time({log_type="audit"} [1d])))',
  );
  expect(printTop({ by: 'code', 'since-time': '2026-11-18', until: '2026-11-18T01:30:00Z', verb: 'get' })).toContain(
    ' | json | verb="get" ',
  );
  expect(printTop({ by: 'code', 'since-time': '2026-11-18', until: '2026-11-18T01:30:00Z' })).toContain(' [1h30m]');
  expect(printTop({ by: 'group', ...shared })).toMatch(/by group has no LogQL form/);
  expect(printTop({ by: 'user' })).toMatch(/--since/);
  const parsed = checkLogql(printTop({ by: 'user', since: '90061s' }));
  expect(parsed.ok).toBe(true);
});

interface Recorded {
  readonly event: AuditEvent;
  readonly entry: Entry;
}

let records: readonly Recorded[] = [];
beforeAll(() => {
  const packed = readFileSync(new URL('../../../../corpus/kube-apiserver/real-100k.ndjson.gz', import.meta.url));
  const lines = gunzipSync(packed).toString('utf8').trimEnd().split('\n');
  // Every 40th of 100,000, so that all hours and all users are there.
  const some = lines.filter((_, at) => at % 40 === 0);
  const odd = [
    '{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"x","stage":"RequestReceived","requestURI":"/","verb":"get","user":{},"stageTimestamp":"2026-11-18T00:00:00.000000Z"}',
    '{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"y","stage":"Panic","requestURI":"/a|b","verb":"get","user":{"username":"a.b","groups":["foo\\"team-04","team-044"]},"sourceIPs":["10.1.2.3", "2001:db8::7"],"stageTimestamp":"2026-11-18T00:00:01.000000Z","requestReceivedTimestamp":"2026-11-18T00:00:00.000000Z","annotations":{"empty":"","a/b":"x\\\\y"}}',
    '{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Request","auditID":"z","stage":"ResponseStarted","requestURI":"/apis/apps/v1?x=\\u003cy\\u003e","verb":"create","user":{"username":"a+b","groups":["<odd>","team-04"]},"impersonatedUser":{"username":"root"},"responseStatus":{"code":401},"sourceIPs":["2001:db8::7","10.1.2.3"],"stageTimestamp":"2026-11-18T00:00:02.500000Z","requestReceivedTimestamp":"2026-11-18T00:00:00.000000Z"}',
  ];
  records = [...some, ...odd].map((line, at) => ({
    event: JSON.parse(line) as AuditEvent,
    entry: {
      timeNanos: BigInt(at),
      labels: {
        log_type: 'audit',
        cluster: at % 3 === 0 ? 'prod' : at % 3 === 1 ? 'prod-eu' : 'test',
        kubernetes_host: `master-${at % 2}`,
        component: 'kube-apiserver',
      },
      metadata: {},
      line,
    },
  }));
});

const CASES: readonly Flags[] = [
  {},
  { 'all-stages': 'true' },
  { failed: 'true' },
  { failed: 'true', 'all-stages': 'true' },
  { user: 'ci-bot' },
  { user: ['ci-bot', 'kubernetes-admin'] },
  { user: '!ci-bot' },
  { user: ['!ci-bot', '!kubernetes-admin', '~a'] },
  { user: ['~^user-1\\d\\d@', 'a.b'] },
  { user: '~^system:' },
  { user: '!~^system:' },
  { user: '~(?i)ADMIN|^user-2.*com$' },
  { user: '~a.b', 'all-stages': 'true' },
  { user: '=a+b' },
  { user: '', 'all-stages': 'true' },
  { 'impersonated-user': '~.' },
  { 'impersonated-user': 'root' },
  { group: 'team-04' },
  { group: ['team-04', '!team-26'] },
  { group: '!system:authenticated' },
  { group: '~^team-0[1-3]$' },
  { group: ['!~^system:serviceaccounts', '~^(team|system)'] },
  { group: '<odd>' },
  { group: '!=<odd>' },
  { group: ['foo"team-04', 'team-05'] },
  { verb: ['!get', '!list', '!watch'] },
  { verb: ['create', 'delete'] },
  { resource: 'pods' },
  { resource: '!pods' },
  { resource: ['pods/exec', 'pods/log'] },
  { resource: 'pods/*' },
  { resource: '!pods/*', 'all-stages': 'true' },
  { resource: 'deployments.apps' },
  { resource: ['!deployments.apps', '!pods'] },
  { resource: '*' },
  { resource: '!*' },
  { resource: '*/status' },
  { namespace: '~^team-2', name: '~web|cfg|conf|a' },
  { namespace: '!~^team-', resource: '*' },
  { code: '4xx' },
  { code: '!4xx' },
  { code: '403' },
  { code: ['403', '409'] },
  { code: '!404', 'all-stages': 'true' },
  { code: ['400-499', '!404'] },
  { code: '0', 'all-stages': 'true' },
  { code: '!0', 'all-stages': 'true' },
  { code: '0-299', 'all-stages': 'true' },
  { code: '!0-299', 'all-stages': 'true' },
  { decision: 'forbid' },
  { decision: 'none', 'all-stages': 'true' },
  { decision: '!allow', 'all-stages': 'true' },
  { 'source-ip': '203.0.113.16' },
  { 'source-ip': '203.0.113.0/28' },
  { 'source-ip': ['!203.0.113.0/24', '!127.0.0.1'] },
  { 'source-ip': '2001:db8::/32', 'all-stages': 'true' },
  { 'source-ip': '!10.1.2.3', 'all-stages': 'true' },
  { 'peer-ip': '127.0.0.1' },
  { 'peer-ip': '!127.0.0.0/8' },
  { 'peer-ip': ['10.1.2.3', '203.0.113.0/24'], 'all-stages': 'true' },
  { 'user-agent': '~kubectl' },
  { 'user-agent': '!~^kube-' },
  { uri: '/apis/apps/' },
  { uri: ['/apis/apps/v1?x=<', '=/a|b'], 'all-stages': 'true' },
  { uri: '!/api/v1', 'all-stages': 'true' },
  { uri: '~/(exec|log)\\?' },
  { stage: 'ResponseStarted' },
  { stage: ['!ResponseComplete', '!Panic'] },
  { level: ['Request', 'RequestResponse'] },
  { annotation: 'authorization.k8s.io/decision' },
  { annotation: '!authorization.k8s.io/reason', 'all-stages': 'true' },
  { annotation: 'authorization.k8s.io/decision=forbid' },
  { annotation: 'empty', 'all-stages': 'true' },
  { annotation: '!empty', 'all-stages': 'true' },
  { annotation: 'a/b=x\\y', 'all-stages': 'true' },
  { annotation: ['a/b!=x\\y', 'authentication.kubernetes.io/issued-credential-id'], 'all-stages': 'true' },
  { host: 'master-0', cluster: '~^prod', component: '!~openshift' },
  { cluster: ['prod', 'test'], user: '~.' },
  { cluster: ['!prod', '!~eu$'] },
  { 'audit-id': 'x', 'all-stages': 'true' },
  { 'min-duration': '5ms' },
  { 'min-duration': '1s', 'all-stages': 'true' },
  { 'min-duration': '1500us', failed: 'true', resource: '*', user: '!~^system:' },
];

test('the lines that a filter keeps are the lines that its LogQL keeps', () => {
  const empty: string[] = [];
  for (const flags of CASES) {
    const filter = readFilter(flags);
    const logql = print(flags);
    const parsed = checkLogql(logql);
    if (!parsed.ok || parsed.query.kind !== 'log') throw new Error(`${logql}: ${JSON.stringify(parsed)}`);
    const isInStream = createStreamMatcher(parsed.query.matchers);
    const pipeline = compilePipeline(parsed.query.stages);
    if (!pipeline.ok) throw new Error(pipeline.problem.message);
    let kept = 0;
    for (const { event, entry } of records) {
      const wanted = keeps(filter, event, entry.labels);
      const result = isInStream(entry.labels) ? pipeline.run(entry) : undefined;
      if (wanted) kept += 1;
      if (
        wanted !== (result !== undefined) ||
        (result !== undefined && (result.error !== '' || result.line !== entry.line))
      )
        throw new Error(
          `${logql}\n${JSON.stringify(flags)}: wanted ${wanted}, got ${result?.error ?? result?.line}\n${entry.line}`,
        );
    }
    if (kept === 0 || kept === records.length) empty.push(JSON.stringify(flags));
  }
  // A filter that keeps all or nothing shows little; few may.
  expect(empty).toEqual(['{"all-stages":"true"}']);
});
