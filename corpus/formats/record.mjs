// Records how the engine's JSONExtract converts odd events: the cases below -> engine-conversions.json. Run it again when the
// engine's version changes: `node corpus/formats/record.mjs`. `line` is latin1 text of the bytes; `engine` holds the tuple's
// fields that are not empty (latin1 too), null where the engine's parser refused the line and left everything empty.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Session } from 'chdb';

const TUPLE =
  'Tuple(kind String, apiVersion String, level String, auditID String, stage String, requestURI String, verb String, user Tuple(username String, uid String, groups Array(String)), impersonatedUser Tuple(username String, groups Array(String)), sourceIPs Array(String), userAgent String, objectRef Tuple(resource String, namespace String, name String, apiGroup String, apiVersion String, subresource String), responseStatus Tuple(code UInt16, reason String), requestReceivedTimestamp String, stageTimestamp String, annotations Map(String,String))';

const HEAD =
  '"kind":"Event","apiVersion":"audit.k8s.io/v1","stage":"ResponseComplete","stageTimestamp":"2026-11-20T19:52:48.366430Z"';
const bytes = (...parts) => Buffer.concat(parts.map((part) => Buffer.from(part))).toString('latin1');
const event = (piece) => bytes(`{${HEAD},${piece}}`);
const status = (code) => event(`"responseStatus":{"code":${code},"code":7,"reason":"r"}`);

const asText = [
  '5', '-5', '0', '-0', '1.5', '1.50', '-1.5', '100.0', '1e3', '1E3', '1e20', '1e21', '1e22', '1.5e300', '1e-6', '1e-7', '1.5e-7',
  '0.000001', '0.0000001', '5e-324', '1e-400', '-1e-400', '-0.0', '1e400', '1.7976931348623157e308', '2.2250738585072011e-308',
  '123456789.123456789', '0.30000000000000004', '9007199254740993.0', '18446744073709551615', '18446744073709551616',
  '-9223372036854775808', '-9223372036854775809', '123456789012345678901234567890', '01', '+1', '1.', '.5', 'NaN', '-', '1e', '1e+',
  'true', 'false', 'null', 'tru', 'truex', 'nul', '"x"', '""', '{}', '[]', '[null]', '{"a" : 1, "b":"\\u00e9<", "a":2}',
  '[1, "x" ,null,true,1.50,{"a":[]}]', '{"a":"\\u0000\\u0001\\b\\t\\n\\u000b\\f\\r\\u001f\\u007f\\u0080\\u2028\\u2029\\ud83d\\ude00\\/\\\\\\""}',
  '{"\\u0001k\\"":"v"}', '{"a":1.0,"b":1e2,"c":-0.0,"d":1E-7,"e":18446744073709551615}', '"\\ud83d\\ude00"', '"\\ud800"', '"\\udc00"',
  '"\\ud800x"', '"\\ud800\\u0041"', '"\\ud800\\ud800"', '"a\\u0000b"', '"\\b\\f\\n\\r\\t\\/\\\\\\""', '"\\u00E9\\u2028"', '"\\x41"', '"\\u12"', '"\\u12g4"',
  '"a\0b"', '"a\x01b"', '"a\tb"', '"a\x7fb"', '"a\nb"', "'x'", '"x', '[1', '{"a":}', '{"a" 1}', '[1,]', '{"a":1,}', '{1:2}', '{a:1}', '/*x*/1',
];
const asCode = [
  '200', '0', '-0', '-1', '999', '1000', '65535', '65536', '70000', '4294967496', '18446744073709551615', '200.0', '200.5', '200.999', '-0.5', '-0.0',
  '0.99', '1e-3', '2e2', '1e5', '65535.9', '65534.9', 'true', 'false', 'null', '{}', '[200]', '"200"', '" 200"', '"200 "', '"200x"', '""', '"+200"', '"-0"',
  '"-5"', '"0200"', '"200.5"', '"-0.5"', '".5"', '"5."', '"."', '"+"', '"+-5"', '"2e2"', '"2E+2"', '"20e-1"', '"1e"', '"e5"', '"+.5e1"', '"5.e1"', '"0x10"', '"inf"', '"nan"',
  '"1_000"', '"65535"', '"65536"', '"65535.5"', '"65534.5"', '"1e400"', '"1e-400"', '"-1e-5"', '"200\\u0000"', '"\\u0032"', '"true"',
  '"99999999999999999999999999e-24"', '"0.0000000000000000000000000001e30"', '"1,5"', '"200f"',
];
const pieces = [
  '"user":"x"', '"user":null', '"user":1', '"user":true', '"user":[]', '"user":["a"]', '"user":["a","b",["g"]]', '"user":["a",null,["g"],"more"]', '"user":["a","b","g"]',
  '"user":[null,"u"]', '"user":[{},[],["g"]]', '"user":{"username":{"z":1},"uid":"u","groups":["g"]}', '"user":{"username":null,"uid":"u"}',
  '"user":{"groups":"g"}', '"user":{"groups":{"a":"b"}}', '"user":{"groups":null}', '"user":{"groups":5}', '"user":{"groups":["a",null,1,true,{"a":1},["x"],1.5]}',
  '"user":{"username":"x","groups":[null]}', '"user":{"username":"a","username":"b"}', '"user":{"username":null,"username":"b"}', '"user":{"username":"","username":"b"}',
  '"user":{"groups":"x","groups":["g"]}', '"user":{"groups":[],"groups":["g"]}', '"user":{"groups":[null],"groups":["g"]}', '"user":{"groups":{},"groups":["g"]}',
  '"user":5,"user":{"username":"a"}', '"user":{},"user":{"username":"a"}', '"user":{"zz":1},"user":{"username":"a"}', '"user":{"username":null},"user":{"username":"a"}',
  '"user":{"uid":"u"},"user":{"username":"a"}', '"user":{"groups":[]},"user":{"groups":["g"]}', '"user":{"groups":[null]},"user":{"groups":["g"]}', '"user":["a"],"user":{"username":"z"}',
  '"user":[],"user":{"username":"z"}', '"user":[null],"user":{"username":"z"}', '"User":{"username":"a"}', '"user":{"Username":"a"}', '"\\u0075ser":{"username":"a"}', '"us\\u0065r":{"username":"a"},"user":{"username":"b"}',
  '"sourceIPs":"1"', '"sourceIPs":[null,"a"]', '"sourceIPs":["a",null]', '"sourceIPs":[]', '"sourceIPs":[],"sourceIPs":["x"]', '"sourceIPs":[[]],"sourceIPs":["x"]', '"sourceIPs":["a","a"]',
  '"objectRef":["pods","ns","n","g","v1","log","extra"]', '"objectRef":{"apiVersion":"apps/v1"}', '"responseStatus":[200,"r"]', '"responseStatus":{"code":"x"},"responseStatus":{"code":200}',
  '"responseStatus":{"code":"x","reason":"r"},"responseStatus":{"code":200}', '"responseStatus":{"reason":null},"responseStatus":{"code":201}',
  '"annotations":{"a":1,"b":"x","c":null,"d":true,"e":{},"f":[],"g":1.5}', '"annotations":{"b":"1","a":"2"}', '"annotations":[]', '"annotations":["a"]', '"annotations":"a"', '"annotations":null', '"annotations":{"":"x"}',
  '"annotations":{}, "annotations":{"a":"b"}', '"annotations":{"a":null},"annotations":{"a":"b"}', '"annotations":5,"annotations":{"a":"b"}', '"annotations":[],"annotations":{"a":"b"}',
  '"annotations":{"a":"1","a":"2","b":"3"}', '"annotations":{"a":null,"a":"c"}', '"verb":"a","verb":"b"', '"verb":null,"verb":"b"', '"verb":{},"verb":"b"', '"":1,"verb":"a"', '"zz":"\\ud800"', '"zz":1e400',
  '"zz":18446744073709551616', '"zz":-9223372036854775809', '"zz":-0', '"zz":1.0e-999',
];
const invalid = (raw) => bytes(`{${HEAD},"verb":"`, raw, '"}');
const whole = [
  '', ' ', '\0', '5', '"x"', 'null', '[]', '[1]', bytes(`[{${HEAD}}]`), bytes(`{${HEAD}} \n\t\r `), bytes(` \t\r\n{${HEAD}}`), bytes(`{${HEAD}}x`), bytes(`{${HEAD}}{${HEAD}}`), bytes(`{${HEAD}}\0`),
  bytes(`\0{${HEAD}}`), bytes(`\f{${HEAD}}`), bytes(`\ufeff{${HEAD}}`), bytes(`\ufeff {${HEAD}}`), bytes(`{${HEAD}`), bytes(`{${HEAD},}`), bytes(`{${HEAD} "verb":"x"}`), bytes(`{ ${HEAD.replaceAll(',', ' , ').replaceAll('":"', '" : "')} }`),
  bytes(`{"kind":"List",${HEAD}}`), bytes(`{"kind":null,${HEAD}}`), bytes(`{"k\\u0069nd":"Event",${HEAD}}`), bytes(`{"Kind":"x",${HEAD}}`), bytes(`node-1 {${HEAD}}`), bytes(`2026-11-20T19:52:48Z stdout F {${HEAD}}`), bytes(`{${HEAD}}`, [0xff]), bytes([0xff], `{${HEAD}}`),
  invalid([0xff]), invalid([0xc3, 0x28]), invalid([0xed, 0xa0, 0x80]), invalid([0xc0, 0x80]), invalid([0xf5, 0x80, 0x80, 0x80]), invalid([0xe2, 0x82]), invalid([0xef, 0xbf, 0xbf]), bytes(`{${HEAD},"zz":"`, [0xff], '"}'),
  event(`"zz":${'['.repeat(1022)}${']'.repeat(1022)}`), event(`"zz":${'['.repeat(1023)}${']'.repeat(1023)}`), event(`"zz":${'['.repeat(1024)}${']'.repeat(1024)}`), event(`"zz":${'['.repeat(12000)}${']'.repeat(12000)}`), event(`"zz":${'{"a":'.repeat(1022)}1${'}'.repeat(1022)}`), event(`"zz":${'{"a":'.repeat(1023)}1${'}'.repeat(1023)}`),
];
const lines = [...asText.flatMap((value) => [event(`"verb":${value}`), event(`"sourceIPs":[${value}]`)]), ...asCode.map(status), ...pieces.map((piece) => event(piece)), ...whole];

const dir = mkdtempSync(join(tmpdir(), 'kubewitness-record-'));
const session = new Session(dir);
const leb128 = (size) => {
  const out = [];
  for (let rest = size; ; rest >>>= 7) {
    out.push(rest > 127 ? (rest & 127) | 128 : rest);
    if (rest <= 127) return Buffer.from(out);
  }
};
writeFileSync(join(dir, 'lines.rowbinary'), Buffer.concat(lines.flatMap((line) => [leb128(line.length), Buffer.from(line, 'latin1')])));
const answer = await session.queryAsync(
  `SELECT JSONExtract(line, '${TUPLE}') AS t, mapKeys(t.annotations) AS k, mapValues(t.annotations) AS v, version() AS version FROM file('${join(dir, 'lines.rowbinary')}', 'RowBinary', 'line String') SETTINGS output_format_json_named_tuples_as_objects = 1, output_format_json_validate_utf8 = 0, max_threads = 1`,
  { format: 'JSONEachRow' },
);
const rows = Buffer.from(answer.bytes()).toString('latin1').trim().split('\n').map((row) => JSON.parse(row, latin1));
session.close();
rmSync(dir, { recursive: true });
// The engine escapes U+2028 and U+2029 in its own output; everything else comes as bytes.
function latin1(_key, value) {
  return typeof value === 'string' ? value.replace(/[\u2028\u2029]/g, (mark) => Buffer.from(mark).toString('latin1')) : value;
}
const filled = (value, path = '') => {
  if (value === '' || value === 0 || (Array.isArray(value) && value.length === 0)) return [];
  if (typeof value !== 'object' || Array.isArray(value)) return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) => filled(inner, path === '' ? key : `${path}.${key}`));
};
const cases = rows.map(({ t, k, v }, index) => {
  const fields = Object.fromEntries(filled({ ...t, annotations: k.map((key, at) => [key, v[at]]) }));
  return { line: lines[index], engine: Object.keys(fields).length === 0 ? null : fields };
});
writeFileSync(
  new URL('engine-conversions.json', import.meta.url),
  `{"engineVersion":${JSON.stringify(rows[0].version)},"cases":[\n${cases.map((one) => JSON.stringify(one)).join(',\n')}\n]}\n`,
);
console.log(`${cases.length} cases`);
