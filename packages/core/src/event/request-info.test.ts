// The attributes of requests, against those that the real kube-apiserver derived.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { deriveFromUri, parseRequestInfo } from './request-info.ts';
import { printRequestUri } from './url-path.ts';

interface Vector {
  readonly method: string;
  readonly url: string;
  readonly auditRequestURI: string;
  readonly verb: string;
}

const FILE = new URL('../../../../corpus/policy/requestinfo.ndjson.gz', import.meta.url);
const lines = gunzipSync(readFileSync(FILE)).toString('utf8').trim().split('\n');
const vectors = lines.map((line): Vector => JSON.parse(line));

test('the file holds all its vectors', () => {
  expect(vectors).toHaveLength(92);
});

test.each(vectors.map((vector) => [`${vector.method} ${vector.url.slice(0, 120)}`, vector] as const))(
  '%s',
  (_name, vector) => {
    const { method, url, auditRequestURI, ...expected } = vector;
    expect(parseRequestInfo(method, url)).toEqual(expected);
    expect(printRequestUri(url)).toBe(auditRequestURI);
    expect(deriveFromUri(auditRequestURI, vector.verb)).toEqual(expected);
  },
);

test('a malformed list option takes the name away but leaves the watch', () => {
  const name = 'fieldSelector=metadata.name%3Dweb';
  expect(parseRequestInfo('GET', `/api/v1/pods?${name}&watch=1`)).toMatchObject({ verb: 'watch', name: 'web' });
  expect(parseRequestInfo('GET', `/api/v1/pods?${name}&watch=1&limit=x`)).toMatchObject({ verb: 'watch', name: '' });
  expect(parseRequestInfo('GET', `/api/v1/pods?${name}&labelSelector=a%20in%20(b,c),!d`)).toMatchObject({
    verb: 'list',
    name: 'web',
  });
  expect(parseRequestInfo('GET', `/api/v1/pods?${name}&labelSelector=a%20b`)).toMatchObject({ verb: 'list', name: '' });
  expect(parseRequestInfo('GET', '/api/v1/pods?fieldSelector=metadata.name%3D..')).toMatchObject({ name: '' });
});

test('characters that a target may not hold are escaped in the requestURI', () => {
  expect(printRequestUri('/api/v1/pods/a"b?x="y')).toBe('/api/v1/pods/a%22b?x="y');
  expect(printRequestUri('/é(1)')).toBe('/%C3%A9%281%29');
  expect(printRequestUri('/a%2Fb(1)')).toBe('/a%2Fb(1)');
});
