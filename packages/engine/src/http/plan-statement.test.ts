// What a statement is taken for: reads with their format cut out, inserts with a gap for the body, refusals.
import { expect, test } from 'vitest';
import { planStatement } from './plan-statement.ts';

const plan = (sql: string, hasBody = false): unknown => {
  const result = planStatement(sql, { defaultFormat: 'TabSeparated', hasBody });
  return result.ok ? result.plan : `${result.problem.code} ${result.problem.type}`;
};

test.each([
  ['SELECT 1', 'SELECT 1', 'TabSeparated', ''],
  ['  select 1 format JSON ; ', '  select 1 ', 'JSON', ''],
  ['SELECT 1 FORMAT JSON SETTINGS max_threads = 1', 'SELECT 1 ', 'JSON', ' SETTINGS max_threads = 1'],
  ['SELECT 1 SETTINGS max_threads = 1', 'SELECT 1 SETTINGS max_threads = 1', 'TabSeparated', ''],
  ["SELECT ' FORMAT CSV' -- FORMAT XML", "SELECT ' FORMAT CSV'", 'TabSeparated', ''],
  ['SELECT format FROM t', 'SELECT format FROM t', 'TabSeparated', ''],
  ['SELECT (SELECT 1 AS format) FORMAT CSV', 'SELECT (SELECT 1 AS format) ', 'CSV', ''],
  ['(SELECT 1) UNION ALL (SELECT 2)', '(SELECT 1) UNION ALL (SELECT 2)', 'TabSeparated', ''],
  ['WITH 1 AS x SELECT x FORMAT CSV', 'WITH 1 AS x SELECT x ', 'CSV', ''],
  ['/* who */ EXPLAIN SELECT 1', '/* who */ EXPLAIN SELECT 1', 'TabSeparated', ''],
  ["SELECT 'a''b;\\'' ", "SELECT 'a''b;\\''", 'TabSeparated', ''],
])('reads: %s', (sql, head, format, tail) => {
  expect(plan(sql)).toEqual({ kind: 'read', head, format, tail });
});

test.each([
  ['INSERT INTO t FORMAT JSONEachRow', "INSERT INTO t  FROM INFILE 'f' COMPRESSION 'none' FORMAT JSONEachRow"],
  [
    'INSERT INTO t (a, `b c`) SETTINGS x = 1 FORMAT RowBinary',
    "INSERT INTO t (a, `b c`)  FROM INFILE 'f' COMPRESSION 'none' SETTINGS x = 1 FORMAT RowBinary",
  ],
  [
    "insert into function null('a UInt8') format CSV",
    "insert into function null('a UInt8')  FROM INFILE 'f' COMPRESSION 'none' format CSV",
  ],
  ['INSERT INTO t VALUES', "INSERT INTO t  FROM INFILE 'f' COMPRESSION 'none'  FORMAT Values"],
  [
    'INSERT INTO t SETTINGS x = 1 VALUES',
    "INSERT INTO t  FROM INFILE 'f' COMPRESSION 'none' SETTINGS x = 1 FORMAT Values",
  ],
  [
    "INSERT INTO t SELECT a FROM input('a UInt8') FORMAT RowBinary",
    "INSERT INTO t SELECT a FROM file('f', 'RowBinary', 'a UInt8') ",
  ],
])('inserts a body: %s', (sql, expected) => {
  const made = plan(sql, true);
  expect(made).toMatchObject({ kind: 'insert-from-body' });
  const { before, after } = made as { before: string; after: string };
  expect(`${before}'f'${after}`).toBe(expected);
});

test.each([
  'INSERT INTO t VALUES (1), (2)',
  'INSERT INTO t SELECT 1',
  'INSERT INTO t WITH 1 AS x SELECT x',
  'WITH 1 AS x INSERT INTO t SELECT x',
  "INSERT INTO t SELECT * FROM file('/a', 'RowBinary', 'a UInt8') SETTINGS max_threads = 1",
  "INSERT INTO t FROM INFILE '/a' FORMAT CSV",
])('inserts as written: %s', (sql) => {
  expect(plan(sql)).toEqual({ kind: 'insert', text: sql });
});

test('writes, shows and kills go their own ways', () => {
  expect(plan('CREATE TABLE t (a UInt8) ENGINE = Memory')).toMatchObject({ kind: 'write' });
  expect(plan('ALTER TABLE t DELETE WHERE 1;')).toEqual({
    kind: 'write',
    text: 'ALTER TABLE t DELETE WHERE 1',
    format: 'TabSeparated',
  });
  expect(plan('SHOW TABLES FORMAT JSON')).toEqual({ kind: 'show', text: 'SHOW TABLES FORMAT JSON', format: 'JSON' });
  expect(plan("KILL QUERY WHERE query_id = 'x' SYNC")).toMatchObject({ kind: 'control' });
});

test.each([
  ['', '62 SYNTAX_ERROR'],
  [' -- nothing\n', '62 SYNTAX_ERROR'],
  ['SELECT 1; DROP TABLE t', '62 SYNTAX_ERROR'],
  ['INSERT INTO t VALUES (1); DROP TABLE t', '62 SYNTAX_ERROR'],
  ["SELECT 1 INTO OUTFILE '/tmp/x'", '48 NOT_IMPLEMENTED'],
  ['SET max_threads = 1', '48 NOT_IMPLEMENTED'],
  ['USE other', '48 NOT_IMPLEMENTED'],
  ['CREATE TEMPORARY TABLE t (a UInt8)', '48 NOT_IMPLEMENTED'],
])('refuses: %s', (sql, problem) => {
  expect(plan(sql)).toBe(problem);
});
