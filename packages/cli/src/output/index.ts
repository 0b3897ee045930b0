// Front door of the output: answers in, text for terminals, pipes and files out.
export { type ChartSeries, printChart } from './chart.ts';
export { explainCode } from './code-meanings.ts';
export { printCsvLine } from './csv.ts';
export { RECORD_FORMATS, REPORT_FORMATS, type RecordFormat } from './formats.ts';
export { printHarmless, printHarmlessLines } from './harmless.ts';
export { printDescription, printList, printReport } from './print-list.ts';
export { printAge, printBytes, printCount, printSeconds, printShare, printTime } from './quantities.ts';
export { printCode, printCommand, printDuration, printResource } from './record-columns.ts';
export { printRecords, type RecordLook, viewOf } from './record-printer.ts';
export { listOf, memberOf, numberOf, parseRow, printValue, type Row, rowsOf, textOf } from './row.ts';
export { describeSession, SESSION_COLUMNS, SESSION_WIDE, WHO_CAN_COLUMNS, WHO_CAN_WIDE } from './session-columns.ts';
export { type Output, openSink, type Sink } from './sink.ts';
export { splitLines } from './split-lines.ts';
export { type Column, Table } from './table.ts';
export { prepareWidths, textWidth } from './text-width.ts';
