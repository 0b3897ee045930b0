// Plan of `--fields`: paths of audit fields at any depth -> SQL expressions over columns, or over the line where there is no column.
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

export function quoteIdentifier(name: string): string {
  return `\`${name.replace(/[\\`]/g, (c) => `\\${c}`)}\``;
}

const COLUMNS: ReadonlyMap<string, string> = new Map(
  FIELDS.filter((field) => field.path !== '' && !['stageTimestamp', 'annotations'].includes(field.path)).map(
    (field) => [field.path, field.column],
  ),
);

/** Text of the field; lists and objects as JSON; '' when absent. */
export function printField(path: string): string {
  const column = COLUMNS.get(path);
  if (column !== undefined) return column;
  const steps = parsePath(path).map((step) => (typeof step === 'number' ? String(step) : quoteLiteral(step)));
  const at = steps.join(', ');
  return `if(JSONType(line, ${at}) = 'String', JSONExtractString(line, ${at}), JSONExtractRaw(line, ${at}))`;
}
