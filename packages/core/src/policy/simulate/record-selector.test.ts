// Selectors: which records they choose, as Loki does for the same text, and what they say about the rest of LogQL.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { parseRecordSelector } from './record-selector.ts';
import { openRecord } from './selected-record.ts';

const lines = gunzipSync(
  readFileSync(new URL('../../../../../corpus/kube-apiserver/real-100k.ndjson.gz', import.meta.url)),
)
  .subarray(0, 3_000_000)
  .toString('utf8')
  .split('\n')
  .slice(0, -1);

const EXEC =
  '{"kind":"Event","level":"Metadata","stage":"ResponseComplete","requestURI":"/api/v1/namespaces/shop/pods/web-0/exec?command=sh","verb":"get","user":{"username":"alice","groups":["dev"]},"objectRef":{"resource":"pods","subresource":"exec","namespace":"shop","name":"web-0"},"responseStatus":{"code":101},"annotations":{"authorization.k8s.io/decision":"allow"}}';

function choose(selector: string, line = EXEC): boolean | string {
  const parsed = parseRecordSelector(selector);
  return parsed.ok ? parsed.matches(openRecord(line)) : `${parsed.column}: ${parsed.sentence}`;
}

test.each([
  // The selector of the documented alert expression.
  ['{log_type="audit"} |~ "/exec?" | json', true],
  ['{log_type="infrastructure"} |~ "/exec?" | json', false],
  ['{} |= "/exec?command"', true],
  ['{} |= "/Exec"', false],
  ['{} != "/exec"', false],
  ['{} !~ "attach|portforward"', true],
  ['{} |~ `namespaces/(shop|bank)/pods`', true],
  ['{} |= "nothing" or "web-0"', true],
  ['{} != "nothing" or "web-0"', false],
  ['{objectRef_resource="pods"}', true],
  ['{objectRef_resource=~"po.*", level!="None",} | json | verb!~"x|y"', true],
  // A matcher's expression takes the whole value, a line filter's any part.
  ['{objectRef_name=~"web"}', false],
  ['{} | json | objectRef_subresource=~"exec|attach"', true],
  ['{} | json | responseStatus_code = 101', true],
  ['{} | json | responseStatus_code == 101', true],
  ['{} | json | responseStatus_code >= 400', false],
  ['{} | json | responseStatus_code < 1.02e2', true],
  ['{} | json | responseStatus_code != 101', false],
  ['{} | json | responseStatus_code = "101"', true],
  ['{} | json | verb="list" or verb="get"', true],
  ['{} | json | verb="list" or verb="get" and user_username="bob"', false],
  ['{} | json | (verb="list" or verb="get") and user_username="alice"', true],
  ['{} | json | verb="get", user_username="alice" | objectRef_namespace="shop"', true],
  ['{} | annotations_authorization_k8s_io_decision="allow"', true],
  // Absent is the empty text, but no number.
  ['{impersonatedUser_username=""}', true],
  ['{} | json | requestObject_spec_replicas > 0', false],
  ['{} | json | requestObject_spec_replicas < 5', false],
  ['{ verb = "get" }\n  |= "exec"\n  | json', true],
  // Whatever else LogQL has.
  ['{} | json | line_format "{{.verb}} {{.objectRef_name}}" |= "get web-0"', true],
  ['{verb="get"} | json | line_format "{{.verb}}" |= "create"', false],
  ['{verb="list"} | json | line_format "{{.verb}}"', false],
  ['{log_type="audit"} | json who="user.username" | who="alice"', true],
  ['{} | regexp `namespaces/(?P<ns>[a-z]+)/` | ns="shop"', true],
  ['{} |> "<_>/exec?<_>"', true],
  ['{} | json | label_format who=user_username | who="bob"', false],
  ['{} | json | __error__=""', true],
  ['{}', true],
])('%s', (selector, chosen) => {
  expect(choose(selector)).toBe(chosen);
  // The prefix of `oc adm node-logs` is part of the line and of no field.
  expect(choose(selector, `master-0 ${EXEC}`)).toBe(chosen);
});

test.each([
  ['verb="x"', /^1: a selector starts with "\{", such as/],
  ['sum by (user_username) (count_over_time({log_type="audit"} | json [5m]))', /give the part from "\{" on/],
  ['{log_type="audit"} | json [5m]', /^28: a selector has no range; leave \[5m\]/],
  ['{verb=~"("}', /"\(" is no regular expression of RE2/],
  ['{} |~ "(?=x)"', /is no regular expression of RE2/],
  ['{verb="a', /^7: expected a text in double quotes or backticks/],
  ['{verb="a"', /^10: expected "," or "\}"/],
  ['{verb="\\d"}', /has an escape that is none/],
  ['{} | logfmt |', /^6: \| logfmt is not understood here, only line filters, \| json and comparisons/],
  ['{user="x"} | json | line_format "{{.verb}}"', /user has fields of its own/],
  ['{} | json | responseStatus_code > "400"', /expected a number after >/],
  ['{} | json | responseStatus_code =~ 400', /expected a text in quotes after =~/],
  ['{} | json | requestReceivedTimestamp > 5q', /durations and sizes are not compared here/],
  ['{} | json | (verb="get"', /expected "\)"/],
  ['{} verb="get"', /^4: expected \|=, !=, \|~, !~, "\|" or the end/],
  // What no record can have would choose nothing and say nothing.
  ['{user="alice"}', /^2: user has fields of its own; write user_username$/],
  ['{namespace="prod"}', /did you mean objectRef_namespace\?/],
  ['{requestUri="/x"}', /did you mean requestURI\?/],
  ['{cluster="prod"}', /does not stand in the lines of records; choose stored records with --cluster/],
  ['{} | json | user_groups=~".*masters.*"', /user_groups is a list/],
  ['{objectRef_kind="Pod"}', /audit records have no field objectRef_kind/],
  ['{hasOwnProperty="x"}', /audit records have no field/],
])('%s is refused', (selector, problem) => {
  expect(choose(selector)).toMatch(problem);
});

test('choosing among real records is what the fields say', () => {
  const parsed = parseRecordSelector('{verb=~"create|delete"} |= "namespaces" | json | responseStatus_code >= 400');
  if (!parsed.ok) throw new Error(parsed.sentence);
  const chosen = lines.filter((line) => parsed.matches(openRecord(line)));
  const expected = lines.filter((line) => {
    const { verb, responseStatus } = JSON.parse(line);
    return ['create', 'delete'].includes(verb) && line.includes('namespaces') && responseStatus?.code >= 400;
  });
  expect(chosen).toEqual(expected);
  expect(chosen.length).toBeGreaterThan(0);
});
