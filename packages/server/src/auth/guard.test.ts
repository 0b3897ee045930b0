// The policy: when tokens are needed, which role may do what, and what a web page cannot make a browser do.
import { expect, test } from 'vitest';
import { type ListenAddress, parseListen } from '../config/index.ts';
import { checkBinding, createGuard, type Principal, type RequestFacts, type Tokens } from './index.ts';

const TOKENS: Readonly<Record<string, Principal>> = {
  kw_reader: { kind: 'token', id: 'r', name: 'reader', role: 'read' },
};

function fakeTokens(count: number): Tokens {
  const never = () => Promise.reject(new Error('not used'));
  return {
    required: () => count > 0,
    count: () => count,
    find: (text) => TOKENS[text],
    list: () => [],
    create: never,
    adopt: never,
    revoke: never,
    close: () => Promise.resolve(),
  };
}

function address(text: string): ListenAddress {
  const parsed = parseListen(text);
  if (parsed === undefined) throw new Error(text);
  return parsed;
}

const guard = (count: number, listen = '127.0.0.1:8440', tokensRequired = false) =>
  createGuard({ tokens: fakeTokens(count), listen: address(listen), tokensRequired, allowHosts: ['kw.example'] });

const request = (facts: Partial<RequestFacts>): RequestFacts => ({
  authorization: undefined,
  host: '127.0.0.1:8440',
  origin: undefined,
  fetchSite: undefined,
  certificateName: undefined,
  ...facts,
});

const outcome = (g: ReturnType<typeof guard>, facts: Partial<RequestFacts>) => {
  const result = g.authenticate(request(facts), 'read');
  return result.ok ? result.value.role : result.problem.code;
};

test('loopback and unix sockets are open until a token exists or is required', () => {
  expect(outcome(guard(0), {})).toBe('admin');
  expect(outcome(guard(0, 'unix:/run/x'), { host: 'whatever' })).toBe('admin');
  expect(outcome(guard(0, '[::1]:1'), { host: '[::1]:1' })).toBe('admin');
  expect(outcome(guard(1), {})).toBe('KW_TOKEN_NEEDED');
  expect(outcome(guard(0, '127.0.0.1:1', true), {})).toBe('KW_TOKEN_NEEDED');
  expect(outcome(guard(0, '0.0.0.0:1'), {})).toBe('KW_TOKEN_NEEDED');
});

test('who has no token, or a wrong one, is told to make the one that is needed', () => {
  for (const [need, role] of [
    ['ingest', 'ingest'],
    ['admin', 'admin'],
    ['any', 'read'],
  ] as const) {
    for (const facts of [{}, { authorization: 'Bearer kw_other' }]) {
      const refused = guard(1).authenticate(request(facts), need);
      expect(refused.ok ? '' : refused.problem.detail).toContain(`token create --role ${role} --data DIR`);
    }
  }
});

test('a token is read from Bearer or as the password of Basic; anything else is wrong', () => {
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
  expect(outcome(guard(1), { authorization: 'Bearer kw_reader' })).toBe('read');
  expect(outcome(guard(1), { authorization: 'bearer   kw_reader' })).toBe('read');
  expect(outcome(guard(1), { authorization: basic('any:kw_reader') })).toBe('read');
  for (const authorization of ['Bearer', 'Bearer kw_other', basic('x:y'), 'kw_reader', 'Digest x', '']) {
    expect(outcome(guard(1), { authorization }), authorization).toBe('KW_TOKEN_WRONG');
  }
});

test('a verified client certificate may send records and nothing else', () => {
  const g = guard(1, '0.0.0.0:1');
  const result = g.authenticate(request({ certificateName: 'apiserver-1' }), 'ingest');
  if (!result.ok) throw new Error(result.problem.detail);
  expect(result.value).toEqual({ kind: 'certificate', id: 'apiserver-1', name: 'apiserver-1', role: 'ingest' });
  expect(g.authorize(result.value, 'ingest')).toBeUndefined();
  expect(g.authorize(result.value, 'read')).toMatchObject({ code: 'KW_ROLE', status: 403 });
});

test.each([
  ['read', ['read', 'any', 'none']],
  ['ingest', ['ingest', 'any', 'none']],
  ['admin', ['ingest', 'read', 'admin', 'any', 'none']],
] as const)('role %s may do %j', (role, allowed) => {
  const needs = ['ingest', 'read', 'admin', 'any', 'none'] as const;
  const who = { kind: 'token', id: 'x', name: 'x', role } as const;
  expect(needs.filter((need) => guard(1).authorize(who, need) === undefined)).toEqual(allowed);
});

test('an open server knows only its own names: DNS rebinding fails', () => {
  for (const host of [
    'localhost',
    'localhost:8440',
    '127.0.0.1',
    '127.9.9.9:1',
    '[::1]:8440',
    'LOCALHOST',
    'kw.example:8440',
  ]) {
    expect(outcome(guard(0), { host }), host).toBe('admin');
  }
  for (const host of [
    'evil.example',
    '127.evil.example',
    'localhost.evil.example',
    '',
    undefined,
    '127.0.0.1.nip.io',
    '10.0.0.1',
  ]) {
    expect(outcome(guard(0), { host }), host).toBe('KW_HOST_HEADER');
  }
});

test('pages of other sites cannot ask; the own page and programs can', () => {
  expect(outcome(guard(0), { origin: 'http://127.0.0.1:8440', fetchSite: 'same-origin' })).toBe('admin');
  expect(outcome(guard(0), { fetchSite: 'none' })).toBe('admin');
  for (const facts of [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://127.0.0.1:3000' },
    { fetchSite: 'cross-site' },
    { fetchSite: 'same-site' },
  ]) {
    expect(outcome(guard(0), facts), JSON.stringify(facts)).toBe('KW_CROSS_ORIGIN');
    expect(outcome(guard(1), { ...facts, certificateName: 'x' })).toBe('KW_CROSS_ORIGIN');
    expect(outcome(guard(1), { ...facts, authorization: 'Bearer kw_reader' })).toBe('read');
    expect(outcome(guard(1), { ...facts, authorization: `Basic ${btoa('x:kw_reader')}` })).toBe('KW_CROSS_ORIGIN');
  }
});

test('listening for other machines without a token is refused with the command that helps', () => {
  expect(checkBinding(address(':8440'), fakeTokens(0), '/var/lib/kw')).toMatchObject({
    code: 'KW_BIND_NEEDS_TOKENS',
    detail: expect.stringContaining('kubewitness token create --role admin --data /var/lib/kw'),
  });
  expect(checkBinding(address('localhost.evil.example:1'), fakeTokens(0), 'd')).toBeDefined();
  expect(checkBinding(address(':8440'), fakeTokens(1), 'd')).toBeUndefined();
  expect(checkBinding(address('127.0.0.1:1'), fakeTokens(0), 'd')).toBeUndefined();
});
