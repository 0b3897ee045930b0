// What a filter means, in plain JavaScript over the parsed event: the oracle of the translation's tests.
import { RE2JS } from 're2js';
import { isFinished, parseTimeNanos } from '../../event/index.ts';
import type { Labels } from '../../logql/index.ts';
import type { Choice, Condition, Filter, FilterFlag, Match } from '../../wire/index.ts';

export interface AuditEvent {
  readonly stage: string;
  readonly level: string;
  readonly auditID: string;
  readonly verb: string;
  readonly requestURI: string;
  readonly userAgent?: string;
  readonly user?: { readonly username?: string; readonly groups?: readonly string[] };
  readonly impersonatedUser?: { readonly username?: string };
  readonly sourceIPs?: readonly string[];
  readonly objectRef?: Readonly<Record<string, string>>;
  readonly responseStatus?: { readonly code?: number };
  readonly annotations?: Readonly<Record<string, string>>;
  readonly stageTimestamp: string;
  readonly requestReceivedTimestamp?: string;
}

const DECISION = 'authorization.k8s.io/decision';

export function keeps(filter: Filter, event: AuditEvent, labels: Labels): boolean {
  const code = event.responseStatus?.code ?? 0;
  const allStages = filter.allStages || filter.conditions.some(({ flag }) => flag === 'stage');
  if (!allStages && !isFinished(event.stage, code)) return false;
  if (filter.failed && code < 400 && event.stage !== 'Panic') return false;
  if (filter.minDurationNanos !== undefined && durationNanos(event) < filter.minDurationNanos) return false;
  return filter.conditions.every((condition) => holds(condition, event, labels));
}

function holds({ flag, choices }: Condition, event: AuditEvent, labels: Labels): boolean {
  const test = ({ match }: Choice): boolean => fits(flag, match, event, labels);
  const wanted = choices.filter(({ negated }) => !negated);
  return (wanted.length === 0 || wanted.some(test)) && !choices.some((choice) => choice.negated && test(choice));
}

function fits(flag: FilterFlag, match: Match, event: AuditEvent, labels: Labels): boolean {
  switch (match.kind) {
    case 'range': {
      const code = event.responseStatus?.code ?? 0;
      return code >= match.from && code <= match.to;
    }
    case 'resource': {
      const { resource = '', apiGroup = '', subresource = '' } = event.objectRef ?? {};
      return (
        (match.resource === '*' ? resource !== '' : resource === match.resource) &&
        (match.group === undefined || apiGroup === match.group) &&
        (match.subresource === '*' || subresource === match.subresource)
      );
    }
    case 'annotation': {
      const value = event.annotations?.[match.key];
      return match.value === undefined ? value !== undefined : (value ?? '') === match.value;
    }
    case 'cidr': {
      const addresses = event.sourceIPs ?? [];
      return (flag === 'peer-ip' ? addresses.slice(-1) : addresses).some((one) => isInside(one, match.text));
    }
    default:
      return textsOf(flag, event, labels).some((text) => fitsText(match, text));
  }
}

function fitsText(match: Match, text: string): boolean {
  if (match.kind === 'equals') return text === match.text;
  if (match.kind === 'prefix') return text.startsWith(match.text);
  return match.kind === 'regexp' && RE2JS.compile(match.text).matcher(text).find();
}

function textsOf(flag: FilterFlag, event: AuditEvent, labels: Labels): readonly string[] {
  const one: Partial<Record<FilterFlag, string | undefined>> = {
    user: event.user?.username,
    'impersonated-user': event.impersonatedUser?.username,
    verb: event.verb,
    namespace: event.objectRef?.['namespace'],
    name: event.objectRef?.['name'],
    decision: event.annotations?.[DECISION],
    'user-agent': event.userAgent,
    uri: event.requestURI,
    stage: event.stage,
    level: event.level,
    'audit-id': event.auditID,
    cluster: labels['cluster'],
    host: labels['kubernetes_host'],
    component: labels['component'],
  };
  return flag === 'group' ? (event.user?.groups ?? []) : [one[flag] ?? ''];
}

function durationNanos(event: AuditEvent): bigint {
  const received = parseTimeNanos(event.requestReceivedTimestamp ?? '');
  return received === undefined ? -1n : (parseTimeNanos(event.stageTimestamp) ?? 0n) - received;
}

function isInside(address: string, cidr: string): boolean {
  const [base = '', bits = '0'] = cidr.split('/');
  if (address.includes(':') !== base.includes(':')) return false;
  return toBits(address).startsWith(toBits(base).slice(0, Number(bits)));
}

/** The address as a text of zeros and ones. */
function toBits(address: string): string {
  if (!address.includes(':'))
    return address
      .split('.')
      .map((part) => Number(part).toString(2).padStart(8, '0'))
      .join('');
  const [left = '', right] = address.split('::');
  const head = left === '' ? [] : left.split(':');
  const tail = right === undefined || right === '' ? [] : right.split(':');
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0');
  return [...head, ...zeros, ...tail].map((part) => Number.parseInt(part, 16).toString(2).padStart(16, '0')).join('');
}
