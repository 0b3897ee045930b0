// Plan of `--fields`: paths of audit fields at any depth -> the SQL of a JSON object, from columns, or from the line where there is no column.
import { FIELDS } from '@kubewitness/core/event';
import { quoteLiteral } from '../../store/index.ts';

/** Below these the rest of a path is one key: it holds dots and slashes itself. */
const MAPS = ['annotations', 'labels', 'extra'];

/** `user.extra.authentication.kubernetes.io/pod-name[0]` -> ['user', 'extra', 'authentication.kubernetes.io/pod-name', 1]. */
export function parsePath(path: string): readonly (string | number)[] {
  const steps: (string | number)[] = [];
  let rest = path;
  while (rest !== '') {
    const last = steps.at(-1);
    const whole = typeof last === 'string' && MAPS.includes(last);
    const key = whole ? /^(.+?)(?:\[(\d+)\])?$/.exec(rest) : /^([^.[]+)(?:\[(\d+)\])?\.?/.exec(rest);
    if (key?.[1] === undefined) break;
    steps.push(key[1]);
    // JSONExtract counts from one.
    if (key[2] !== undefined) steps.push(Number(key[2]) + 1);
    rest = rest.slice(key[0].length);
  }
  return steps;
}

const COLUMNS: ReadonlyMap<string, string> = new Map(
  FIELDS.filter((field) => field.path !== '' && !['stageTimestamp', 'annotations'].includes(field.path)).map(
    (field) => [field.path, field.column],
  ),
);

/** The field as JSON, null when the event has none: a number stays a number, whether it has a column or stands in a body. */
function printField(path: string): string {
  const column = COLUMNS.get(path);
  if (column === 'code') return "if(code = 0, 'null', toString(code))";
  if (column !== undefined) return `if(empty(${column}), 'null', toJSONString(${column}))`;
  const steps = parsePath(path).map((step) => (typeof step === 'number' ? String(step) : quoteLiteral(step)));
  return `ifNull(nullIf(JSONExtractRaw(line, ${steps.join(', ')}), ''), 'null')`;
}

/** One column: the object of these fields, as a line of NDJSON. */
export function printFieldsRow(paths: readonly string[]): string {
  const members = paths.map(
    (path, index) => `${quoteLiteral(`${index === 0 ? '{' : ','}${JSON.stringify(path)}:`)}, ${printField(path)}`,
  );
  return `concat(${members.join(', ')}, '}')`;
}
