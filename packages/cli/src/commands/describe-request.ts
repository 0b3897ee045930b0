// The records of one request -> text like kubectl describe: who, what, from where, with which result, stage by stage.
import {
  explainCode,
  listOf,
  numberOf,
  printCode,
  printCommand,
  printDescription,
  printDuration,
  printHarmless,
  printResource,
  printTime,
  type Row,
  textOf,
} from '../output/index.ts';

/** The record that knows most about the whole: the finished one, else the last. */
function chooseMain(rows: readonly Row[]): Row {
  return rows.find((row) => row['status'] === 'finished') ?? rows.at(-1) ?? {};
}

/** The first value that any of the records has: impersonation, for one, is missing in the first stage. */
function firstText(rows: readonly Row[], key: string): string {
  return rows.map((row) => textOf(row, key)).find((text) => text !== '') ?? '';
}

export function describeRequest(rows: readonly Row[]): string {
  const main = chooseMain(rows);
  const text = (key: string): string => firstText([main, ...rows], key);
  const code = printCode(main);
  const meaning = explainCode(code);
  const argv = rows.map((row) => listOf(row, 'command')).find((list) => list.length > 0) ?? [];
  const tty = rows.some((row) => row['tty'] === true);
  const stdin = rows.some((row) => row['stdin'] === true);
  const pairs: readonly (readonly [string, string])[] = [
    ['User', text('user')],
    ['Impersonated', text('impersonatedUser')],
    ['Groups', listOf(main, 'groups').join(', ')],
    ['Verb', text('verb')],
    ['Resource', printResource(main)],
    ['Namespace', text('namespace')],
    ['Name', text('name')],
    ['URI', text('requestURI')],
    ['Command', printCommand(argv)],
    ['Container', text('container')],
    ['Session', [stdin ? 'stdin' : '', tty ? 'tty' : ''].filter((word) => word !== '').join(', ')],
    ['Result', describeResult(code, meaning, text('statusReason'), main)],
    ['Decision', [text('decision'), text('reason')].filter((part) => part !== '').join(': ')],
    ['Binding', text('binding')],
    ['Role', text('role')],
    ['Duration', printDuration(main)],
    ['Source IPs', listOf(main, 'sourceIPs').join(', ')],
    ['User agent', text('userAgent')],
    ['Cluster', text('cluster')],
    ['Host', text('host')],
    ['Component', text('component')],
    ['Level', text('level')],
    ['Truncated', main['truncated'] === true ? 'yes: the API server left out the bodies' : ''],
  ];
  return printDescription(pairs.filter(([, value]) => value !== '')) + describeStages(rows);
}

function describeResult(code: string, meaning: string, reason: string, main: Row): string {
  if (code === 'open')
    return `open: the request had begun at ${printTime(textOf(main, 'time'))}; its end is not stored`;
  if (code === '') return 'no answer recorded';
  return `${code}${reason === '' ? '' : ` ${reason}`}${meaning === '' ? '' : ` (${meaning})`}`;
}

function describeStages(rows: readonly Row[]): string {
  const lines = rows.map((row) => {
    const place = textOf(row, 'source');
    const at = numberOf(row, 'position');
    const origin = place === '' ? '' : `  ${place}${at === undefined ? '' : ` at ${at}`}`;
    return `  ${textOf(row, 'time').padEnd(27)}  ${textOf(row, 'stage').padEnd(16)}  ${printCode(row).padEnd(5)}${origin}`;
  });
  return `Records:\n${lines.map((line) => `${printHarmless(line.trimEnd())}\n`).join('')}`;
}
