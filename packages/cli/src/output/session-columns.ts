// How sessions and rights are shown: a SessionRow or an Access in, cells and descriptions out.
import { printDescription } from './print-list.ts';
import { printSeconds, printTime } from './quantities.ts';
import { printCommand } from './record-columns.ts';
import { listOf, numberOf, type Row, textOf } from './row.ts';
import type { Column } from './table.ts';

const column = (header: string, cell: (row: Row) => string, right = false): Column<Row> => ({ header, cell, right });
const field = (header: string, key: string): Column<Row> => column(header, (row) => textOf(row, key));

/** `alice`, `bob as alice`, and for a login the name that was typed. */
function printWho(row: Row): string {
  const typed = textOf(row, 'loginName');
  if (typed !== '') return typed;
  const as = textOf(row, 'impersonatedUser');
  return as === '' ? textOf(row, 'user') : `${textOf(row, 'user')} as ${as}`;
}

/** How long, or what stands for it. */
function printLength(row: Row): string {
  const seconds = numberOf(row, 'durationSeconds');
  const length = seconds === undefined ? '' : printSeconds(seconds);
  switch (textOf(row, 'state')) {
    case 'open':
      return `open ${length}`.trim();
    case 'attempt':
      return textOf(row, 'loginDecision') || printRefusal(textOf(row, 'code'));
    case 'unknown':
      return 'unknown';
    default:
      return length;
  }
}

/** What was not allowed was refused; anything else failed: no such pod, no such container, a pod that does not run. */
const printRefusal = (code: string): string => `${['401', '403'].includes(code) ? 'refused' : 'failed'} ${code}`;

/** `exec rsh`, `exec cp to-pod`, `kubelet-proxy run`; a plain command needs no word. */
function printKind(row: Row): string {
  const form = textOf(row, 'form');
  return [textOf(row, 'kind'), form === 'command' ? '' : form, textOf(row, 'direction')]
    .filter((word) => word !== '')
    .join(' ');
}

function printWhat(row: Row): string {
  return textOf(row, 'path') || printCommand(listOf(row, 'command')) || listOf(row, 'ports').join(', ');
}

export const SESSION_COLUMNS: readonly Column<Row>[] = [
  field('ID', 'id'),
  column('STARTED', (row) => printTime(textOf(row, 'startedAt'))),
  column('LENGTH', printLength),
  column('USER', printWho),
  column('KIND', printKind),
  field('NAMESPACE', 'namespace'),
  field('POD', 'pod'),
  column('COMMAND', printWhat),
];

export const SESSION_WIDE: readonly Column<Row>[] = [
  field('CONTAINER', 'container'),
  field('NODE', 'node'),
  field('SOURCE-IP', 'sourceIP'),
  field('ROLE', 'role'),
  field('BINDING', 'binding'),
  field('IMAGE', 'image'),
  field('CLUSTER', 'cluster'),
  column('ENDED', (row) => textOf(row, 'endedAt')),
  field('AUDIT-IDS', 'auditIDs'),
];

export const WHO_CAN_COLUMNS: readonly Column<Row>[] = [
  column('USER', (row) =>
    [textOf(row, 'user'), textOf(row, 'impersonatedBy')].filter((one) => one !== '').join(' by '),
  ),
  field('NAMESPACE', 'namespace'),
  field('RIGHT', 'right'),
  column('COUNT', (row) => textOf(row, 'count'), true),
  column('LAST-SEEN', (row) => printTime(textOf(row, 'lastSeen'))),
  field('ROLE', 'role'),
  field('BINDING', 'binding'),
];

export const WHO_CAN_WIDE: readonly Column<Row>[] = [
  field('SUBJECT', 'subject'),
  field('ACTION', 'action'),
  column('FIRST-SEEN', (row) => printTime(textOf(row, 'firstSeen'))),
  field('CLUSTER', 'cluster'),
  field('ADVICE', 'advice'),
];

/** The whole of a session, as kubectl describe would. */
export function describeSession(row: Row): string {
  const text = (key: string): string => textOf(row, key);
  const hops = listOf(row, 'sourceIPs');
  const named = (kind: string, name: string): string => (name === '' ? '' : `${kind} ${name}`);
  const pairs: readonly (readonly [string, string])[] = [
    ['Session', text('id')],
    ['Kind', printKind(row)],
    ['State', describeState(row)],
    ['Started', text('startedAt')],
    ['Ended', text('endedAt')],
    ['Length', printLength(row)],
    ['User', text('user')],
    ['Acting as', text('impersonatedUser')],
    ['With groups', listOf(row, 'impersonatedGroups').join(', ')],
    ['Name typed', text('loginName')],
    ['Login', text('loginDecision')],
    ['Groups', listOf(row, 'groups').join(', ')],
    ['Source', text('sourceIP') === '' ? '' : `${text('sourceIP')} (as the API server saw it)`],
    ['Claimed hops', hops.length > 1 ? `${hops.slice(0, -1).join(', ')} (said by client or proxies, unproven)` : ''],
    ['Called from', [named('pod', text('callerPod')), named('node', text('callerNode'))].filter(Boolean).join(', ')],
    ['User agent', text('userAgent')],
    [
      'Allowed by',
      [named(text('bindingKind'), text('binding')), named(text('roleKind'), text('role'))].filter(Boolean).join(', '),
    ],
    ['Message', text('message')],
    ['Cluster', text('cluster')],
    ['Namespace', text('namespace')],
    ['Pod', text('pod')],
    ['Debugged pod', text('debuggedPod')],
    ['Container', text('container')],
    ['Node', [text('node'), text('nodeBy') === '' ? '' : `(${text('nodeBy')})`].filter(Boolean).join(' ')],
    ['Image', text('image')],
    ['Service account', text('serviceAccount')],
    ['Host access', listOf(row, 'hostAccess').join(', ')],
    ['Command', printCommand(listOf(row, 'command'))],
    ['Path', text('path')],
    ['Ports', listOf(row, 'ports').join(', ')],
    ['Streams', [row['stdin'] === true ? 'stdin' : '', row['tty'] === true ? 'tty' : ''].filter(Boolean).join(', ')],
    ['Part of', text('partOf')],
    ['Audit IDs', listOf(row, 'auditIDs').join('\n')],
    ['Not known', listOf(row, 'notKnown').join('\n')],
  ];
  return printDescription(pairs.filter(([, value]) => value !== ''));
}

const STATES: Readonly<Record<string, string>> = {
  open: 'open: no end is stored yet',
  ended: 'ended',
  unknown: 'unknown: it began, when it ended cannot be told',
  attempt: 'attempt: refused or failed, nobody was inside',
};

function describeState(row: Row): string {
  const state = textOf(row, 'state');
  return STATES[state] ?? state;
}
