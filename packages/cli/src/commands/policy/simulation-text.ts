// Reports of simulation, diff, advice and check -> tables for people.
import {
  type AuditFlags,
  adviseSimulatedFlags,
  type FlagAdvice,
  type SimulationReport,
  type TallyRow,
} from '@kubewitness/core/policy';
import { printAge, printBytes, printCount, printShare } from '../../output/index.ts';
import { usageProblem } from './policy-problem.ts';
import { renderTable } from './render-table.ts';
import { readPositive } from './run-command.ts';

const RIGHT = new Set([1, 2, 3, 4, 5]);

export function renderSimulation(report: SimulationReport, top: number): string {
  const { total, perDay } = report;
  const kept = total.records === 0 ? 0 : total.keptRecords / total.records;
  const saved = total.bytes === 0 ? 0 : 1 - total.keptBytes / total.bytes;
  const estimated = total.estimatedBytes > 0 ? ` (${printBytes(total.estimatedBytes)} of it estimated)` : '';
  const lines = [
    `Keeps ${printCount(total.keptRecords)} of ${printCount(total.records)} records (${printShare(kept)}) and ${printBytes(total.keptBytes)} of ${printBytes(total.bytes)}${estimated}: ${saved >= 0 ? `${printShare(saved)} less` : `${printShare(-saved)} more`}.`,
  ];
  if (perDay !== undefined) {
    const span = printAge(report.days * 86_400);
    lines.push(
      `Per day, ${report.days < 1 ? 'projected ' : ''}from ${span} of records: ${printCount(perDay.records)} records and ${printBytes(perDay.bytes)} before, ${printCount(perDay.keptRecords)} records and ${printBytes(perDay.keptBytes)} after.`,
    );
  }
  const rules = renderTable(
    ['RULE', 'RECORDS', 'KEPT', 'BYTES', 'KEPT BYTES', 'LEVEL'],
    report.rules.map((row) => [
      row.name,
      printCount(row.records),
      printCount(row.keptRecords),
      printBytes(row.bytes),
      mark(row),
      row.level,
    ]),
    new Set([1, 2, 3, 4]),
  );
  const levels = renderTable(
    ['RECORDED', 'CANDIDATE', 'RECORDS'],
    report.levels.map((row) => [
      row.recorded,
      row.candidate === 'None' ? 'dropped' : row.candidate,
      printCount(row.records),
    ]),
    new Set([2]),
  );
  const tallies = (['users', 'verbs', 'resources'] as const).map((key) =>
    renderTally(key.slice(0, -1).toUpperCase(), report[key].slice(0, top)),
  );
  return [lines.join('\n'), rules, levels, ...tallies, renderMustStay(report), report.notes.join('\n')]
    .filter((part) => part !== '')
    .map((part) => `${part.trimEnd()}\n`)
    .join('\n');
}

/** `~` stands before what is not known exactly. */
function mark(row: TallyRow): string {
  return `${row.estimatedBytes > 0 ? '~' : ''}${printBytes(row.keptBytes)}`;
}

function renderTally(header: string, rows: readonly TallyRow[]): string {
  return renderTable(
    [header, 'RECORDS', 'KEPT', 'DROPPED', 'BYTES', 'KEPT BYTES'],
    rows.map((row) => [
      row.name,
      printCount(row.records),
      printCount(row.keptRecords),
      printCount(row.records - row.keptRecords),
      printBytes(row.bytes),
      mark(row),
    ]),
    RIGHT,
  );
}

export function renderMustStay(report: SimulationReport): string {
  return report.mustStay
    .map(({ name, records, lost, examples }) => {
      if (lost === 0) return `must stay: ${name}: all ${printCount(records)} stay\n`;
      const shown = examples.map(
        ({ user, verb, resource, rule }) =>
          `  ${user} ${verb} ${resource}, dropped by ${rule === -1 ? 'no rule taking it' : `rule ${rule}`}\n`,
      );
      return `must stay: ${name}: LOSES ${printCount(lost)} of ${printCount(records)}\n${shown.join('')}`;
    })
    .join('');
}

export interface VolumeFlags {
  readonly keepDays: string;
  readonly disk?: string;
  readonly servers: string;
}

/** Called before the records are read: a wrong flag must not cost minutes. */
export function checkVolumeFlags(flags: VolumeFlags): void {
  readPositive('--servers', flags.servers);
  readPositive('--keep-days', flags.keepDays);
  if (flags.disk !== undefined && parseSize(flags.disk) === undefined)
    throw usageProblem(`--disk ${flags.disk} is no size; write it as 20GiB.`);
}

export function adviseVolume(report: SimulationReport, flags: VolumeFlags): FlagAdvice | undefined {
  const disk = flags.disk === undefined ? undefined : parseSize(flags.disk);
  return adviseSimulatedFlags(report, {
    servers: readPositive('--servers', flags.servers),
    keepDays: readPositive('--keep-days', flags.keepDays),
    ...(disk === undefined ? {} : { diskBytes: disk }),
  });
}

/** `20GiB`, `500M`: binary units. */
export function parseSize(text: string): number | undefined {
  const match = /^([0-9]+(?:\.[0-9]+)?)\s*([KMGT]?)i?B?$/i.exec(text.trim());
  if (match === null) return undefined;
  const power = ['', 'K', 'M', 'G', 'T'].indexOf((match[2] ?? '').toUpperCase());
  return Number(match[1]) * 1024 ** power;
}

export function renderFlags(advice: FlagAdvice, servers: string): string {
  const { flags } = advice;
  const printed = (['maxSizeMegabytes', 'maxBackups', 'maxAgeDays'] as const)
    .map((key) => `  --audit-log-${FLAG_NAMES[key]}=${flags[key]}\n`)
    .join('');
  const reach = (hours: number) => (hours >= 48 ? `${(hours / 24).toFixed(1)} days` : `${hours.toFixed(1)} hours`);
  return `Flags that fit, for each of ${servers} API server${servers === '1' ? '' : 's'} (${printBytes(advice.diskBytes)} of disk, reaching back ${reach(advice.reachHours)}; 10 files of 100 MB reach ${reach(advice.defaultReachHours)}):\n${printed}${advice.notes.map((note) => `${note}\n`).join('')}`;
}

const FLAG_NAMES: Readonly<Record<keyof AuditFlags, string>> = {
  maxSizeMegabytes: 'maxsize',
  maxBackups: 'maxbackup',
  maxAgeDays: 'maxage',
};
