// Front door of the template engine: Go's text/template with functions passed in. Template text and data in, text out; pure.
export {
  type CompiledTemplate,
  compileTemplate,
  type TemplateCompilation,
  type TemplateOutput,
} from './compile-template.ts';
export { escapeQuery, unescapeQuery } from './escape.ts';
export { formatFloat, printFloat } from './format-float.ts';
export { formatTime } from './format-time.ts';
export { goQuote, goUnquote } from './go-quote.ts';
export { floorDivide, makeTime, readTime, TIME_TYPE, ZERO_TIME_NANOS } from './go-time.ts';
export { parseGoInteger } from './parse-number.ts';
export { parseTime } from './parse-time.ts';
export { printValue } from './print-value.ts';
export { byteLength, fromBytes, sliceBytes, toBytes } from './utf8-text.ts';
export {
  compareByCodePoint,
  type GoMap,
  type GoObject,
  isTrue,
  makeMap,
  TemplateFault,
  type TemplateFunction,
  type TemplateFunctions,
  typeName,
  type Value,
} from './value.ts';
