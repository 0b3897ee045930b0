// Properties of the tokens: they never overlap or go missing, and no literal can end a statement or begin another.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findInlineData } from './plan-insert.ts';
import { planStatement } from './plan-statement.ts';
import { tokenizeSql } from './sql-tokens.ts';

test('tokens come in order, lie apart and leave only blanks and comments between them', () => {
  const pieces = fc.constantFrom(
    "'",
    '"',
    '`',
    '\\',
    '--',
    '/*',
    '*/',
    '\n',
    '$a$',
    '(',
    ')',
    ';',
    'SELECT',
    '1.5',
    ' ',
    '#!',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.array(pieces).map((parts) => parts.join('')),
      ),
      (sql) => {
        let at = 0;
        for (const token of tokenizeSql(sql)) {
          expect(token.start).toBeGreaterThanOrEqual(at);
          expect(token.end).toBeGreaterThan(token.start);
          expect(sql.slice(at, token.start)).toMatch(/^(\s|--|#|\/\*)?/);
          at = token.end;
        }
        expect(at).toBeLessThanOrEqual(sql.length);
      },
    ),
  );
});

test('whatever stands in a literal, the statement stays one read with its format', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const literal = `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
      const result = planStatement(`SELECT ${literal} AS x FORMAT CSV`, { defaultFormat: 'TSV', hasBody: false });
      expect(result).toEqual({
        ok: true,
        plan: { kind: 'read', head: `SELECT ${literal} AS x `, format: 'CSV', tail: '' },
      });
    }),
  );
});

test('inline rows begin after the format name, whatever bytes they are', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1 }), (rows) => {
      const head = 'INSERT INTO t (a) FORMAT RowBinary\n';
      const text = head + Buffer.from(rows).toString('latin1');
      expect(findInlineData(text, tokenizeSql(text))).toBe(head.length);
    }),
  );
});
