// Sound rows: the SQL condition that a row's columns say what core/logql's `| json` reads out of its line. Pure text.
import { quoteLiteral, quoteLiterals } from '../../../store/index.ts';

/** Inside a JSON string: escapes only where they mean one character, and never U+FFFD, which labels show as a space. */
const INNER = '(?:[^"\\\\\\x{FFFD}]|\\\\(?:["\\\\/bfnrt]|u00[0-9A-Fa-f]{2}|u202[89]))*';
const TEXT = `"${INNER}"`;
const TEXTS = `\\[(?:,?${TEXT})*\\]`;
const USER = `\\{(?:,?"(?:username|uid)":${TEXT}|,?"groups":${TEXTS}|,?"extra":\\{(?:,?${TEXT}:${TEXTS})*\\})*\\}`;
const REF_KEY = '"(?:resource|namespace|name|uid|apiGroup|apiVersion|resourceVersion|subresource)"';
/** With a first value: where all are empty, columns are read out of the URI (core/formats). */
const REF = `\\{${REF_KEY}:"[^"\\\\\\x{FFFD}]${INNER}"(?:,${REF_KEY}:${TEXT})*\\}`;
const CAUSES = `\\[(?:,?\\{(?:,?"(?:reason|message|field)":${TEXT})*\\})*\\]`;
const DETAILS = `\\{(?:,?"(?:name|group|kind|uid)":${TEXT}|,?"retryAfterSeconds":[1-9][0-9]{0,8}|,?"causes":${CAUSES})*\\}`;
const STATUS_MEMBERS = `(?:,?"(?:status|message|reason)":${TEXT}|,?"metadata":\\{\\}|,?"code":[1-9][0-9]{0,2})*`;
/** Details once: of two objects, `| json` reads what the first does not have out of the second. */
const STATUS = `\\{${STATUS_MEMBERS}(?:,?"details":${DETAILS}${STATUS_MEMBERS})?\\}`;
/** Keys without a space: labels are named after the trimmed key. */
const ANNOTATIONS = `\\{(?:,?"[!#-\\[\\]-~]+":${TEXT})*\\}`;

type Member = readonly [key: string, value: string, optional?: true];
const MEMBERS: readonly Member[] = [
  ['kind', '"Event"'],
  ['apiVersion', '"audit\\.k8s\\.io/v1"'],
  ['level', TEXT],
  ['auditID', TEXT],
  ['stage', TEXT],
  ['requestURI', TEXT],
  ['verb', TEXT],
  ['user', USER, true],
  ['impersonatedUser', USER, true],
  // Newer API servers say what an impersonation was bound by.
  ['authenticationMetadata', `\\{(?:,?"impersonationConstraint":${TEXT})*\\}`, true],
  ['sourceIPs', TEXTS, true],
  ['userAgent', TEXT, true],
  ['objectRef', REF, true],
  ['responseStatus', STATUS, true],
  // As the second condition below writes them: their insides are in nobody's way.
  ['requestObject', '0', true],
  ['responseObject', '0', true],
  ['requestReceivedTimestamp', TEXT, true],
  ['stageTimestamp', TEXT, true],
  ['annotations', ANNOTATIONS, true],
];

function printEvent(withObject: boolean): string {
  const members = MEMBERS.filter(([key]) => withObject || key !== 'objectRef').map(([key, value, optional], index) => {
    const member = `${index === 0 ? '' : ','}"${key}":${value}`;
    return optional === true && !(withObject && key === 'objectRef') ? `(?:${member})?` : member;
  });
  return quoteLiteral(`^\\{${members.join('')}\\}$`);
}

const NO_OBJECT = ['resource', 'subresource', 'namespace', 'name', 'api_group', 'api_version']
  .map((column) => `${column} = ''`)
  .join(' AND ');

const isEvent = (text: string): string =>
  `(match(${text}, ${printEvent(true)}) OR (${NO_OBJECT} AND match(${text}, ${printEvent(false)})))`;

/** The line's members in the order of an API server, without the insides of the two bodies. */
const KEYS = quoteLiterals(MEMBERS.map(([key]) => key));
const MEMBER = `concat('"', pair.1, '":', if(pair.1 IN ('requestObject', 'responseObject'), '0', pair.2))`;
const REWRITTEN = `concat('{', arrayStringConcat(arrayMap(pair -> ${MEMBER}, arraySort(pair -> indexOf(${KEYS}, pair.1), pairs)), ','), '}')`;
/**
 * Written anew, 200.0 is 200, 1e3 is 1000 and -0 is 0, and a label shows a number as the line does: behind a key (its quote is not
 * escaped, so it does not stand inside a text) there are plain whole numbers only.
 */
const ODD_NUMBER = '(?:^|[^\\\\])(?:\\\\\\\\)*"[ \\t\\r\\n]*:[ \\t\\r\\n]*(?:-?[0-9]+[.eE]|-0)';
/** Keys are checked before they are written. */
const IS_REORDERED_EVENT = `startsWith(line, '{') AND NOT match(line, ${quoteLiteral(ODD_NUMBER)})
    AND arrayExists(pairs -> hasAll(${KEYS}, pairs.1) AND length(arrayDistinct(pairs.1)) = length(pairs) AND ${isEvent(REWRITTEN)}, [JSONExtractKeysAndValuesRaw(line)])`;

/** Keys that make the same label: the first in the line would count. */
const HAS_TWIN_ANNOTATIONS = `(arrayExists(key -> match(key, '^authorization[^A-Za-z0-9]k8s[^A-Za-z0-9]io[^A-Za-z0-9](decision|reason)$'), mapKeys(annotations))
    OR length(arrayDistinct(arrayMap(key -> replaceRegexpAll(key, '[^A-Za-z0-9_]', '_'), mapKeys(annotations)))) != length(annotations))`;

/**
 * The line is valid JSON and UTF-8 (the engine's parser is strict, and took it), its members are those of an audit event, none
 * twice, none under another spelling, all of the expected types: then the first value of each label is the column's.
 * `isValidJSON` is what makes the expression's reading of the text the parser's: no quote can hide in a string.
 */
const IS_SOUND_EVENT = `isValidJSON(line) AND NOT ${HAS_TWIN_ANNOTATIONS} AND (${isEvent('line')} OR (${IS_REORDERED_EVENT}))`;

/** Of pushed rows only the text can be pushed down; it is sound where its bytes are a text. */
export const IS_SOUND = `if(source_kind = 'push', isValidUTF8(line), ${IS_SOUND_EVENT})`;
