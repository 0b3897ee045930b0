// Aggregations that people might ask by fields of the audit event: a seed in, the same queries each time out.

const FIELDS = [
  'user_username',
  'verb',
  'stage',
  'level',
  'userAgent',
  'objectRef_resource',
  'objectRef_subresource',
  'objectRef_namespace',
  'objectRef_apiGroup',
  'objectRef_apiVersion',
  'responseStatus_code',
  'annotations_authorization_k8s_io_decision',
];
const FILTERS = [
  '',
  ' | verb="delete"',
  ' | verb=~"create|update|patch"',
  ' | responseStatus_code >= 400',
  ' | objectRef_namespace=~"openshift-.*"',
  ' | user_username!~"system:.*"',
  ' | objectRef_resource="secrets"',
  ' | objectRef_subresource!=""',
  ' | annotations_authorization_k8s_io_decision="forbid"',
  ' | userAgent=~"oc/.*|kubectl/.*" | verb!="get"',
];
const OUTER = [
  (by, inner) => `sum by (${by}) (${inner})`,
  (by, inner) => `topk(10, sum by (${by}) (${inner}))`,
  (by, inner) => `bottomk(5, sum by (${by}) (${inner}))`,
  (by, inner) => `sort_desc(sum by (${by}) (${inner}))`,
  (by, inner) => `count(sum by (${by}) (${inner}))`,
  (by, inner) => `sum by (${by}) (${inner}) > 100`,
];

/** A small linear congruential generator: two runs ask alike. */
function openRandom(seed) {
  let state = seed >>> 0;
  const next = (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  return { next, pick: (list) => list[next(list.length)] };
}

/** `stepSeconds` is set for every second one: a range over the whole time, step by step. */
export function makeAggregations(count, seed) {
  const random = openRandom(seed);
  return Array.from({ length: count }, (_, at) => {
    const first = random.pick(FIELDS);
    const second = random.pick(FIELDS);
    const by = random.next(2) === 0 || first === second ? first : `${first}, ${second}`;
    const stepSeconds = at % 2 === 0 ? undefined : random.pick([300, 1800, 3600]);
    const range = stepSeconds === undefined ? '24h' : `${stepSeconds}s`;
    const over = random.pick(['count_over_time', 'rate', 'bytes_over_time']);
    const inner = `${over}({log_type="audit"} | json${random.pick(FILTERS)} [${range}])`;
    // Steps times pairs of fields would be more points than anybody draws.
    const grouped = stepSeconds === undefined ? by : first;
    return { query: random.pick(OUTER)(grouped, inner), stepSeconds };
  });
}
