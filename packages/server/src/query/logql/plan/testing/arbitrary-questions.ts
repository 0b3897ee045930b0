// Random queries for plans: texts that reach every node of a plan, and every reason not to.
import fc from 'fast-check';
import { arbitraryBodyLabel } from './arbitrary-bodies.ts';

/** Mostly none: two that are random leave nothing. */
const few = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<readonly T[]> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    { weight: 2, arbitrary: fc.tuple(one) },
    { weight: 1, arbitrary: fc.tuple(one, one) },
  );

const selector = fc.constantFrom(
  '{log_type="audit"}',
  '{log_type="audit"}',
  '{log_type=~"aud.*", cluster="test"}',
  '{cluster=~".+"}',
  '{app="shop"}',
  '{cluster!="other", component=~"kube-.*|", log_type=~".+"}',
);
const text = fc.constantFrom('exec', '/exec?', 'alice', 'zoë', '\\\\n', '☃', 'pods', 'kind', '');
const expression = fc.constantFrom(
  '/exec?',
  '(?i)EXEC',
  'exec|curl',
  'a.b',
  'z..\\"',
  '^.{10}',
  'naïve .$',
  '\\\\d+\\\\.5',
  '[^a]☃',
  'x.y',
  '(?s)a.b',
);
const lineFilter = fc.oneof(
  fc.tuple(fc.constantFrom('|=', '!='), text).map(([operator, words]) => ` ${operator} "${words}"`),
  fc.tuple(fc.constantFrom('|~', '!~'), expression).map(([operator, words]) => ` ${operator} "${words}"`),
  fc.tuple(text, text).map(([one, other]) => ` |= "${one}" or "${other}"`),
);
const rareFilter = fc.constantFrom(' |> "<_>alice<_>"', ' !> "<_>alice<_>"', ' |= ip("10.0.0.0/8")');

const eventLabel = fc.constantFrom(
  'verb',
  'user_username',
  'user_uid',
  'objectRef_namespace',
  'objectRef_name',
  'responseStatus_code',
  'responseStatus_reason',
  'cluster',
  'annotations_authorization_k8s_io_decision',
  'annotations_pod_security_kubernetes_io_enforce_policy',
  'annotations_x_y',
  'requestURI',
  'level',
  'nothing',
  'objectRef_resource',
  'app',
  'kind',
  'responseStatus_message',
  'auditID',
  'responseStatus_details_name',
  'responseStatus_details_kind',
  'responseStatus_details_retryAfterSeconds',
  'user_extra_k_io_x',
);
const label = fc.oneof({ weight: 8, arbitrary: eventLabel }, { weight: 1, arbitrary: arbitraryBodyLabel });
/** Values that are there, so that most conditions leave something. */
const pair = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom<readonly [string, string]>(
      ['verb', 'get'],
      ['verb', 'list'],
      ['user_username', 'alice'],
      ['user_username', 'zoë'],
      ['responseStatus_code', '403'],
      ['responseStatus_code', '200'],
      ['objectRef_namespace', 'default'],
      ['objectRef_name', 'web-1'],
      ['cluster', 'test'],
      ['level', 'Metadata'],
      ['objectRef_resource', 'pods'],
      ['annotations_authorization_k8s_io_decision', 'allow'],
      ['responseStatus_reason', 'Forbidden'],
      ['user_uid', 'u1'],
      ['nothing', ''],
      ['responseStatus_details_name', 'web'],
      ['responseStatus_details_retryAfterSeconds', ''],
    ),
  },
  { weight: 1, arbitrary: fc.tuple(label, fc.constantFrom('', 'get', 'x')) },
  { weight: 1, arbitrary: fc.tuple(arbitraryBodyLabel, fc.constantFrom('', '3', 'x', 'true')) },
);
const condition: fc.Arbitrary<string> = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 2 },
    fc.tuple(pair, fc.constantFrom('=', '!=')).map(([[name, value], operator]) => `${name}${operator}"${value}"`),
    fc
      .tuple(
        label,
        fc.constantFrom('=~', '!~'),
        fc.constantFrom('4..', 'g.*|list', 'a.b', '(?i)GET', '.+', '.*', 'alice|bob', 'ünï.*', ''),
      )
      .map(([name, operator, value]) => `${name}${operator}"${value}"`),
    fc
      .tuple(fc.constantFrom('>=', '<', '==', '!=', '>'), fc.constantFrom('400', '200.5', '403'))
      .map(([operator, value]) => `responseStatus_code ${operator} ${value}`),
    fc.constantFrom('__error__=""', 'nothing > 3'),
    fc
      .tuple(tie('condition'), fc.constantFrom(' and ', ' or '), tie('condition'))
      .map((parts) => `(${parts.join('')})`),
  ),
})).condition;
const rareCondition = fc.constantFrom(
  'requestURI = ip("10.0.0.1")',
  'responseStatus_code > 5m',
  'requestObject_spec_replicas > 2',
  '__error__!=""',
);

const jsonStages = fc
  .tuple(
    few(lineFilter),
    fc.constantFrom('', '', '', ' | cluster="test"'),
    few(condition.map((one) => ` | ${one}`)),
    fc.oneof(
      { weight: 8, arbitrary: fc.constant('') },
      {
        weight: 2,
        arbitrary: fc.constantFrom(
          ' | drop verb',
          ' | keep verb, cluster',
          ' | label_format who=user_username',
          ' | label_format x="{{.verb}}", y=objectRef_name',
          ' | label_format verb="{{.verb}}/{{ .responseStatus_code }}", x="{{.verb}}"',
          ' | label_format x="{{.responseStatus_code}}" | x >= 400',
          ' | line_format "{{.verb}} {{.user_username}}"',
          ' | line_format "{{.verb}}" |= "e"',
          ' |= "e"',
        ),
      },
    ),
  )
  .map(([filters, before, conditions, after]) => `${filters.join('')}${before} | json${conditions.join('')}${after}`);
const paths = fc.constantFrom(
  'v="verb"',
  'v="verb", ns="objectRef.namespace"',
  'ns="objectRef.namespace", who="user.username", c="responseStatus.code"',
  'd="annotations[\\"authorization.k8s.io/decision\\"]", v="[\\"verb\\"]"',
  'v="annotations[\\"x.y\\"]", who="sourceIPs[0]", ns="nothing.here"',
  'v="verb", v="level"',
  'cluster="verb"',
  'verb, level, ns="objectRef"',
  'v="requestObject.spec.replicas", ns="requestObject.a"',
  'v="requestObject.spec", who="requestObject[\\"a_b\\"].b", c="requestObject.a.b"',
  'v="requestObject.kind", c="requestObject.spec.replicas"',
  'v="responseStatus.details.kind", ns="responseStatus.details.name", c="responseStatus.details.retryAfterSeconds"',
  'v="responseStatus.metadata.x", ns="responseStatus.details.name.x", who="responseStatus.details.causes[0].reason"',
  'v="responseStatus.details.kind", ns="responseStatus.details[0]", who="responseStatus.details.other"',
);
const pathStages = fc
  .tuple(
    few(lineFilter),
    fc.constantFrom('', '', '', ' | json', ' | drop verb'),
    paths,
    fc.constantFrom(
      '',
      '',
      ' | v="get"',
      ' | v=~"g.*|list"',
      ' | v=~".*3.*"',
      ' | v!="" and ns!="x"',
      ' | c >= 400',
      ' | ns!=""',
      ' | json',
      ' | json u="user.uid"',
    ),
    fc.constantFrom('', '', ' | label_format x="{{.v}}"', ' | label_format x=v'),
  )
  .map(
    ([filters, before, named, condition, after]) => `${filters.join('')}${before} | json ${named}${condition}${after}`,
  );
const plainStages = fc
  .tuple(few(lineFilter), fc.constantFrom('', '', '', '', ' | cluster="test"', ' | app!="x"', ' | trace="t1"'))
  .map(([filters, after]) => filters.join('') + after);
const oddStages = fc
  .tuple(
    fc.oneof(rareFilter, fc.constant('')),
    fc.constantFrom(
      ' | json',
      ' | json who="user.username"',
      ' | logfmt',
      ' | json | line_format "{{.verb}}"',
      ' | regexp "(?P<verb>get|list)"',
      ' | json | label_format verb="{{.verb}}!"',
      ' | json | decolorize',
      ' | json | drop verb="get"',
    ),
    fc.oneof(rareCondition, condition).map((one) => ` | ${one}`),
  )
  .map((parts) => parts.join(''));
export const arbitraryStages = fc.oneof(
  { weight: 6, arbitrary: jsonStages },
  { weight: 2, arbitrary: plainStages },
  { weight: 1, arbitrary: oddStages },
  { weight: 2, arbitrary: pathStages },
);

export const arbitraryLogText = fc.tuple(selector, arbitraryStages).map((parts) => parts.join(''));

const range = fc.constantFrom('[5m]', '[10m]', '[7m]', '[1m]', '[30m]', '[10m] offset 3m', '[90s]', '[10m] offset -2m');
const grouping = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.uniqueArray(label, { minLength: 1, maxLength: 3 }).map((names) => ` by (${names.join(', ')})`),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '',
      ' without (verb)',
      ' by (who)',
      ' by (trace, app)',
      ' by (verb, __error__)',
      ' by (v, ns)',
      ' by (x, who, y)',
      ' by (x, who, y)',
      ' by (c, d)',
      ' by (v, ns)',
    ),
  },
);
const ofLines = fc
  .tuple(
    fc.constantFrom('count_over_time', 'count_over_time', 'rate', 'bytes_over_time', 'bytes_rate'),
    selector,
    arbitraryStages,
    range,
  )
  .map(([name, streams, stages, window]) => `${name}(${streams}${stages} ${window})`);
const ofValues = fc
  .tuple(
    fc.constantFrom(
      ...['sum_over_time(', 'min_over_time(', 'max_over_time(', 'avg_over_time(', 'rate('],
      ...['stddev_over_time(', 'stdvar_over_time(', 'quantile_over_time(0.9, ', 'quantile_over_time(0.25, '],
      ...['first_over_time(', 'last_over_time(', 'rate_counter('],
    ),
    fc.oneof(
      {
        weight: 6,
        arbitrary: fc.constantFrom(
          ...['responseStatus_code', 'responseStatus_code', 'responseStatus_code', 'responseStatus_code'],
          ...['duration(annotations_apiserver_latency_k8s_io_total)', 'annotations_size', 'bytes(annotations_size)'],
          ...['objectRef_name', 'nothing', 'duration(responseStatus_code)'],
          ...['responseStatus_details_retryAfterSeconds', 'responseStatus_details_retryAfterSeconds'],
        ),
      },
      { weight: 1, arbitrary: fc.constantFrom('requestObject_spec_replicas', 'bytes(requestObject_spec_replicas)') },
      { weight: 1, arbitrary: arbitraryBodyLabel },
    ),
    selector,
    jsonStages,
    fc.constantFrom('', ' | __error__=""'),
    range,
    grouping,
  )
  .map(([name, unwrapped, streams, stages, after, window, group]) => {
    const inner = `${name}${streams}${stages} | unwrap ${unwrapped}${after} ${window})`;
    return /^(?:sum|rate)/.test(name) ? `sum${group} (${inner})` : `${inner}${group}`;
  });
/** Series of all labels, grouped above. */
const ofEach = fc
  .tuple(
    fc.constantFrom('count', 'avg', 'max', 'min', 'sum', 'stddev'),
    fc.oneof({ weight: 4, arbitrary: grouping }, { weight: 1, arbitrary: fc.constant(' by (responseStatus_code)') }),
    fc.constantFrom(
      ...['count_over_time(', 'rate(', 'bytes_over_time(', 'bytes_rate('],
      ...['avg_over_time(', 'max_over_time(', 'stddev_over_time(', 'quantile_over_time(0.5, ', 'rate_counter('],
    ),
    selector,
    few(lineFilter),
    fc.constantFrom('', '', ' | verb="get"', ' | responseStatus_code >= 400', ' | label_format x=verb'),
    fc.constantFrom('[90s]', '[5m]', '[5m]', '[30m]'),
  )
  .map(([outer, group, name, streams, filters, condition, window]) => {
    const unwrap = /^(?:count|rate\(|bytes)/.test(name) ? '' : ' | unwrap responseStatus_code';
    return `${outer}${group} (${name}${streams}${filters.join('')} | json${condition}${unwrap} ${window}))`;
  });
const sumOfLines = fc.tuple(grouping, ofLines).map(([group, inner]) => `sum${group} (${inner})`);
const summed = fc.oneof(
  { weight: 5, arbitrary: sumOfLines },
  { weight: 3, arbitrary: ofValues },
  { weight: 2, arbitrary: ofEach },
  {
    weight: 1,
    arbitrary: fc
      .tuple(selector, arbitraryStages, range)
      .map((parts) => `absent_over_time(${parts[0]}${parts[1]} ${parts[2]})`),
  },
  { weight: 1, arbitrary: ofLines },
);

export const arbitraryMetricText: fc.Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: summed },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.constantFrom('topk(3, ', 'topk(2, ', 'bottomk(2, ', 'max by (verb) (', 'count(', 'avg(', 'sort_desc('),
        // Means that differ in their last bit would be picked in another order.
        sumOfLines,
      )
      .map((parts) => `${parts.join('')})`),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(summed, fc.constantFrom(' > 1', ' * 2', ' / 3', ' > bool 0')).map((parts) => parts.join('')),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(summed, fc.constantFrom(' / ', ' or ', ' unless ', ' + '), summed)
      .map((parts) => `(${parts[0]})${parts[1]}(${parts[2]})`),
  },
  { weight: 1, arbitrary: summed.map((inner) => `label_replace(${inner}, "v", "$1", "verb", "(.).*")`) },
);
