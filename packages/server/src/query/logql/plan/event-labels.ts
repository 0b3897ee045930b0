// Labels that `| json` reads out of an audit event, as SQL over a sound row: the label's name in, an expression out.
import { quoteLiteral } from '../../../store/index.ts';
import { LABEL_COLUMNS } from '../label-sql.ts';
import { bodyLabelSql, isBodyLabel } from './body-labels.ts';

/** Absent is ''. `code` is the column of the response code: a number, 0 where it is absent. */
export interface LabelSql {
  readonly kind: 'text' | 'code';
  readonly sql: string;
  /** The label is there even where it is empty. */
  readonly always?: true;
  /** True of sound rows whose value is a text that only the line shows: objects and lists, which the engine writes anew. */
  readonly unless?: string;
}

const text = (sql: string): LabelSql => ({ kind: 'text', sql });
export const ABSENT: LabelSql = text(quoteLiteral(''));

/** Strings of sound lines that have no column, by their path. */
const fromLine = (...path: readonly string[]): LabelSql =>
  text(`JSONExtractString(line, ${path.map(quoteLiteral).join(', ')})`);
const DETAILS = ['responseStatus', 'details'] as const;

const LABELS: ReadonlyMap<string, LabelSql> = new Map([
  ['kind', text("'Event'")],
  ['apiVersion', text("'audit.k8s.io/v1'")],
  ['level', text('level')],
  ['auditID', text('audit_id')],
  ['stage', text('stage')],
  ['requestURI', text('request_uri')],
  ['verb', text('verb')],
  ['userAgent', text('user_agent')],
  ['requestReceivedTimestamp', fromLine('requestReceivedTimestamp')],
  ['stageTimestamp', fromLine('stageTimestamp')],
  ['user_username', text('username')],
  ['user_uid', text('user_uid')],
  ['impersonatedUser_username', text('impersonated_username')],
  ['impersonatedUser_uid', fromLine('impersonatedUser', 'uid')],
  ['authenticationMetadata_impersonationConstraint', fromLine('authenticationMetadata', 'impersonationConstraint')],
  ['objectRef_resource', text('resource')],
  ['objectRef_subresource', text('subresource')],
  ['objectRef_namespace', text('namespace')],
  ['objectRef_name', text('name')],
  ['objectRef_apiGroup', text('api_group')],
  ['objectRef_apiVersion', text('api_version')],
  ['objectRef_uid', fromLine('objectRef', 'uid')],
  ['objectRef_resourceVersion', fromLine('objectRef', 'resourceVersion')],
  ['responseStatus_code', { kind: 'code', sql: 'code' }],
  ['responseStatus_reason', text('status_reason')],
  ['responseStatus_status', fromLine('responseStatus', 'status')],
  ['responseStatus_message', fromLine('responseStatus', 'message')],
  ['responseStatus_details_name', fromLine(...DETAILS, 'name')],
  ['responseStatus_details_group', fromLine(...DETAILS, 'group')],
  ['responseStatus_details_kind', fromLine(...DETAILS, 'kind')],
  ['responseStatus_details_uid', fromLine(...DETAILS, 'uid')],
  [
    'responseStatus_details_retryAfterSeconds',
    text("JSONExtractRaw(line, 'responseStatus', 'details', 'retryAfterSeconds')"),
  ],
  ['annotations_authorization_k8s_io_decision', text('decision')],
  ['annotations_authorization_k8s_io_reason', text('reason')],
]);

const ANNOTATION = 'annotations_';

/** The first annotation whose key makes the label; of a sound row it is the only one. */
function annotationSql(label: string): LabelSql {
  const key = label.slice(ANNOTATION.length).replaceAll('_', '[^A-Za-z0-9]');
  return text(`annotations[arrayFirst(key -> match(key, ${quoteLiteral(`^${key}$`)}), mapKeys(annotations))]`);
}

/**
 * Undefined: only the line knows. A sound event has no other members, so every other name is absent: extras and causes are lists,
 * which make no labels, and the metadata of a status is empty.
 */
export function eventLabelSql(name: string): LabelSql | undefined {
  const known = LABELS.get(name);
  if (known !== undefined) return known;
  if (isBodyLabel(name)) {
    const sql = bodyLabelSql(name);
    return sql === undefined ? undefined : text(sql);
  }
  return name.startsWith(ANNOTATION) ? annotationSql(name) : ABSENT;
}

/** Labels of the stream keep their names: a parser's find of the same name is called otherwise. */
export const isStreamColumn = (name: string): boolean => Object.hasOwn(LABEL_COLUMNS, name);
