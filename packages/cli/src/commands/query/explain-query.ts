// `query --explain`: what the server would do and did for a query -> plan, statements and tree as text, or the answer as it came.
import { API } from '@kubewitness/core/wire';
import {
  memberOf,
  numberOf,
  printBytes,
  printCount,
  printDescription,
  printHarmlessLines,
  printReport,
  printSeconds,
  type Row,
  rowsOf,
  type Sink,
  textOf,
} from '../../output/index.ts';
import { readReport } from '../read-report.ts';
import { type Asker, planCall, tenantHeaders, toParams, withWayOn } from './ask-loki.ts';

export async function explainQuery(asker: Asker, sink: Sink): Promise<void> {
  const { client, request, signal } = asker;
  const params = toParams(planCall(asker).texts);
  const call = { path: API.explain, params, headers: tenantHeaders(request), signal };
  const answer = await withWayOn(readReport(client, call));
  if (request.format === 'json') return printReport(answer, sink, 'json');
  const parts = [describe(answer), describePlan(answer), describeStatements(answer), describeTree(answer)];
  const text = parts.filter((part) => part !== '').join('\n');
  return sink.write(sink.columns === undefined ? text : printHarmlessLines(text));
}

const PUSHED: Readonly<Record<string, string>> = {
  wholly: 'wholly: no line leaves the engine',
  partly: 'partly: the engine narrows, the server does the rest',
  not: 'not: the server reads and decides',
};

const WHOLE_LINES = 'wholly: the engine finds exactly the lines of the answer';

const count = (row: Row, key: string): number => numberOf(row, key) ?? 0;

function describe(answer: Row): string {
  const found = printCount(count(answer, 'answered'));
  const pushed = textOf(answer, 'pushed');
  const areLines = textOf(answer, 'kind') === 'log';
  return printDescription([
    ['Query', textOf(answer, 'query')],
    ['Pushed down', areLines && pushed === 'wholly' ? WHOLE_LINES : (PUSHED[pushed] ?? pushed)],
    ['Read', `${printCount(count(answer, 'rowsRead'))} rows, ${printBytes(count(answer, 'bytesRead'))}`],
    ['Answer', `${found} ${areLines ? 'lines' : 'series'}`],
    ['Time', printSeconds(count(answer, 'millis') / 1000)],
  ]);
}

/** Where a part runs, and under it why. */
function describePlan(answer: Row): string {
  const lines = rowsOf(answer, 'plan').flatMap((step) => {
    const indent = '  '.repeat(count(step, 'depth'));
    return [
      `  ${textOf(step, 'runs').padEnd(8)}${indent}${textOf(step, 'part')}`,
      `          ${indent}  ${textOf(step, 'why')}`,
    ];
  });
  return lines.length === 0 ? '' : `Plan:\n${lines.join('\n')}\n`;
}

function describeStatements(answer: Row): string {
  const texts = rowsOf(answer, 'statements').map((statement) => {
    const read = `${printCount(count(statement, 'rows'))} rows, ${printBytes(count(statement, 'bytes'))}`;
    const millis = count(statement, 'millis');
    // What streams to the server is measured with the whole, not by itself.
    const measured = millis === 0 ? '' : `: ${read}, ${printSeconds(millis / 1000)}`;
    const head = `  -- ${textOf(statement, 'purpose')}${measured}`;
    return `${head}\n${textOf(statement, 'sql').replaceAll(/^/gm, '  ')}\n`;
  });
  return texts.length === 0 ? '' : `SQL:\n${texts.join('\n')}`;
}

/** The syntax tree, one node a line: its kind and what it says itself. */
function describeTree(answer: Row): string {
  const lines = printNode(memberOf(answer, 'ast'), '', 1);
  return lines.length === 0 ? '' : `Tree:\n${lines.join('\n')}\n`;
}

/** Positions are for editors. */
const LEFT_OUT: ReadonlySet<string> = new Set(['kind', 'span']);

/** `name` is what a node without a kind is called where it stands. */
function printNode(node: Row, name: string, depth: number): readonly string[] {
  const words: string[] = [];
  const inner: string[] = [];
  for (const [member, value] of Object.entries(node)) {
    if (LEFT_OUT.has(member) || value === null || value === undefined) continue;
    const children = childrenOf(value);
    if (children.length > 0) inner.push(...children.flatMap((child) => printNode(child, member, depth + 1)));
    else if (!Array.isArray(value) || value.length > 0) words.push(`${member}=${JSON.stringify(value)}`);
  }
  const head = [textOf(node, 'kind') || name, ...words].filter((word) => word !== '').join(' ');
  return head === '' ? inner : [`${'  '.repeat(depth)}${head}`, ...inner];
}

/** Objects, and the objects of a list; a list of texts is one value. */
function childrenOf(value: unknown): readonly Row[] {
  return Array.isArray(value)
    ? rowsOf({ value }, 'value')
    : [memberOf({ value }, 'value')].filter((row) => Object.keys(row).length > 0);
}
