// label_replace: a vector in, the same samples with one label written anew where another matches out.
import { RE2JS } from 're2js';
import type { LabelReplace } from '../syntax/ast.ts';
import { readLabel, type Series, type SeriesIndex } from './series.ts';
import type { StepNode } from './vector.ts';

export function createLabelReplace(query: LabelReplace, operand: StepNode, index: SeriesIndex): StepNode {
  const expression = RE2JS.compile(`^(?:${query.expression})$`);
  const replaced = new Map<Series, Series>();

  function replace(series: Series): Series {
    const matcher = expression.matcher(readLabel(series.labels, query.source));
    if (!matcher.find()) return series;
    const names = expression.namedGroups();
    const value = expandReplacement(query.replacement, (name) => {
      const number = /^\d+$/.test(name) ? Number(name) : Object.hasOwn(names, name) ? names[name] : undefined;
      return number === undefined || number > matcher.groupCount() ? '' : (matcher.group(number) ?? '');
    });
    const labels = new Map(Object.entries(series.labels));
    if (value === '') labels.delete(query.destination);
    else labels.set(query.destination, value);
    return index.intern(labels);
  }

  return {
    step(at, timeNanos) {
      const result = operand.step(at, timeNanos);
      if (!result.ok) return result;
      const vector = result.vector.map(({ series, value }) => {
        let renamed = replaced.get(series);
        if (renamed === undefined) {
          renamed = replace(series);
          replaced.set(series, renamed);
        }
        return { series: renamed, value };
      });
      return { ok: true, vector };
    },
  };
}

/** Go's regexp.Expand: `$1`, `$name` (as long as it can be read), `${name}` and `$$`; any other `$` stands for itself. */
export function expandReplacement(template: string, group: (name: string) => string): string {
  return template.replace(/\$(?:\$|\{(\w+)\}|(\w+))/g, (whole, braced?: string, bare?: string) => {
    const name = braced ?? bare;
    return name === undefined ? (whole === '$$' ? '$' : whole) : group(name);
  });
}
