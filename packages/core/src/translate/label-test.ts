// LabelTest: what must hold of a line's labels. LogQL's label filters know `and` and `or` but no `not`, so each test knows its opposite.

export type LabelTest =
  | { readonly kind: 'leaf'; readonly text: string; readonly opposite: string }
  | {
      readonly kind: 'all' | 'any';
      readonly tests: readonly LabelTest[];
      /** Where it is not just the opposite of each. */
      readonly opposite?: LabelTest;
    };

export const leaf = (text: string, opposite: string): LabelTest => ({ kind: 'leaf', text, opposite });
export const all = (...tests: readonly LabelTest[]): LabelTest => join('all', tests);
export const any = (...tests: readonly LabelTest[]): LabelTest => join('any', tests);

function join(kind: 'all' | 'any', tests: readonly LabelTest[]): LabelTest {
  const [first, second] = tests;
  return first !== undefined && second === undefined ? first : { kind, tests };
}

export function negate(test: LabelTest): LabelTest {
  if (test.kind === 'leaf') return leaf(test.opposite, test.text);
  if (test.opposite !== undefined) return test.opposite;
  return { kind: test.kind === 'all' ? 'any' : 'all', tests: test.tests.map(negate) };
}

/** The stages of a pipeline that keep what passes; tests that must all hold become a stage each. */
export function printTests(tests: readonly LabelTest[]): readonly string[] {
  return tests.flatMap((test) => (test.kind === 'all' ? printTests(test.tests) : [`| ${printTest(test)}`]));
}

function printTest(test: LabelTest): string {
  if (test.kind === 'leaf') return test.text;
  const word = test.kind === 'all' ? ' and ' : ' or ';
  return test.tests.map((one) => (one.kind === 'leaf' ? one.text : `(${printTest(one)})`)).join(word);
}
