// What can be wrong inside one pushed stream, in the words of the JSON parser that Loki uses for it.

export interface StreamFault {
  readonly ok: false;
  readonly fault: string;
}

export const BAD_STRING: StreamFault = {
  ok: false,
  fault: "Value is string, but can't find closing '\"' symbol",
};
export const BAD_OBJECT: StreamFault = {
  ok: false,
  fault: "Value looks like object, but can't find closing '}' symbol",
};
export const BAD_VALUE: StreamFault = {
  ok: false,
  fault: "Value looks like Number/Boolean/None, but can't find its end: ',' or '}' symbol",
};
export const BAD_ARRAY: StreamFault = {
  ok: false,
  fault: "Value is array, but can't find closing ']' symbol",
};
