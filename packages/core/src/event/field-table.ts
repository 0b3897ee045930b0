// The one table of spellings: JSON path, TypeScript name, column, LogQL label, command-line flag. Everything that names a field reads it here.
import type { AuditFields } from './audit-fields.ts';

export interface Field {
  /** Path in the audit event, as Kubernetes spells it; '' when the field is ours. */
  readonly path: string;
  /** Name in AuditFields; undefined for what only the store knows. */
  readonly property: keyof AuditFields | undefined;
  readonly column: string;
  /** The label after LogQL's `| json`; '' when plain `| json` cannot reach it (arrays). */
  readonly label: string;
  /** `top --by NAME`; undefined when grouping by it makes no sense. */
  readonly by: string | undefined;
}

const field = (path: string, property: Field['property'], column: string, label: string, by?: string): Field => ({
  path,
  property,
  column,
  label,
  by,
});

export const FIELDS: readonly Field[] = [
  field('stageTimestamp', 'timeNanos', 'time', 'stageTimestamp'),
  field('level', 'level', 'level', 'level', 'level'),
  field('stage', 'stage', 'stage', 'stage', 'stage'),
  field('auditID', 'auditId', 'audit_id', 'auditID'),
  field('requestURI', 'requestUri', 'request_uri', 'requestURI', 'uri'),
  field('verb', 'verb', 'verb', 'verb', 'verb'),
  field('user.username', 'username', 'username', 'user_username', 'user'),
  field('user.uid', 'userUid', 'user_uid', 'user_uid'),
  field('user.groups', 'userGroups', 'user_groups', '', 'group'),
  field(
    'impersonatedUser.username',
    'impersonatedUsername',
    'impersonated_username',
    'impersonatedUser_username',
    'impersonated-user',
  ),
  field('impersonatedUser.groups', 'impersonatedGroups', 'impersonated_groups', ''),
  field('sourceIPs', 'sourceIps', 'source_ips', '', 'source-ip'),
  field('userAgent', 'userAgent', 'user_agent', 'userAgent', 'user-agent'),
  field('objectRef.resource', 'resource', 'resource', 'objectRef_resource', 'resource'),
  field('objectRef.subresource', 'subresource', 'subresource', 'objectRef_subresource', 'subresource'),
  field('objectRef.namespace', 'namespace', 'namespace', 'objectRef_namespace', 'namespace'),
  field('objectRef.name', 'name', 'name', 'objectRef_name', 'name'),
  field('objectRef.apiGroup', 'apiGroup', 'api_group', 'objectRef_apiGroup', 'api-group'),
  field('objectRef.apiVersion', 'apiVersion', 'api_version', 'objectRef_apiVersion', 'api-version'),
  field('responseStatus.code', 'code', 'code', 'responseStatus_code', 'code'),
  field('responseStatus.reason', 'statusReason', 'status_reason', 'responseStatus_reason'),
  field('annotations', 'annotations', 'annotations', ''),
  field(
    'annotations.authorization.k8s.io/decision',
    undefined,
    'decision',
    'annotations_authorization_k8s_io_decision',
    'decision',
  ),
  field(
    'annotations.authorization.k8s.io/reason',
    undefined,
    'reason',
    'annotations_authorization_k8s_io_reason',
    'reason',
  ),
  field('', 'execCommand', 'exec_command', ''),
  field('', 'container', 'container', ''),
  field('', undefined, 'auth_binding', '', 'binding'),
  field('', undefined, 'auth_role', '', 'role'),
  field('', undefined, 'cluster', 'cluster', 'cluster'),
  field('', undefined, 'host', 'kubernetes_host', 'host'),
  field('', undefined, 'component', 'component', 'component'),
];
