// The body of a push, as sent -> streams, or Loki's refusal: encodings first, then the format that the content type names.
import { gunzip } from 'node:zlib';
import {
  type ParsedPush,
  parseOtlpJson,
  parseOtlpProto,
  parsePushJson,
  parsePushProto,
  unpackSnappy,
} from '@kubewitness/core/formats';
import { printSize } from '../../config/index.ts';
import { LokiRefusal } from './loki-refusal.ts';

export interface PushBody {
  readonly contentType: string;
  readonly contentEncoding: string;
  readonly bytes: Buffer;
}

const refuse = (sentence: string, status = 400): never => {
  throw new LokiRefusal(status, `${sentence}\n`);
};

const tooLarge = (maxBytes: number): never =>
  refuse(
    `the body is larger than ${printSize(maxBytes)} when unpacked; send smaller batches or raise push-max-bytes`,
    413,
  );

/** Bounded, and off the thread that answers everybody. */
function unpackGzip(bytes: Buffer, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    gunzip(bytes, { maxOutputLength: maxBytes }, (error, plain) => {
      if (error === null) return resolve(plain);
      const code = 'code' in error ? error.code : '';
      try {
        if (code === 'ERR_BUFFER_TOO_LARGE') tooLarge(maxBytes);
        refuse(code === 'Z_BUF_ERROR' ? 'unexpected EOF' : 'gzip: invalid header');
      } catch (refusal) {
        reject(refusal);
      }
    });
  });
}

async function unpack({ contentEncoding, bytes }: PushBody, maxBytes: number): Promise<Buffer> {
  switch (contentEncoding) {
    case '':
    case 'identity':
    case 'snappy':
      return bytes;
    case 'gzip':
      return bytes.length === 0 ? refuse('EOF') : unpackGzip(bytes, maxBytes);
    // Loki takes this name and then cannot read what senders mean by it.
    case 'deflate':
      return refuse('EOF');
    default:
      return refuse(`Content-Encoding ${JSON.stringify(contentEncoding)} not supported`);
  }
}

function parseMediaType(contentType: string): string {
  return (contentType.split(';')[0] ?? '').trim().toLowerCase();
}

/** Everything that is not called JSON is snappy and protobuf, as in Loki. */
export async function readPush(body: PushBody, maxBytes: number): Promise<ParsedPush> {
  const plain = await unpack(body, maxBytes);
  if (parseMediaType(body.contentType) === 'application/json') return parsePushJson(plain.toString('utf8'));
  const unpacked = unpackSnappy(plain, maxBytes);
  if (unpacked.ok) return parsePushProto(unpacked.bytes);
  return unpacked.tooLarge ? tooLarge(maxBytes) : refuse(unpacked.problem);
}

export async function readOtlp(body: PushBody, maxBytes: number, nowNanos: bigint): Promise<ParsedPush> {
  const plain = await unpack(body, maxBytes);
  const type = parseMediaType(body.contentType);
  if (type === 'application/json') return parseOtlpJson(plain.toString('utf8'), nowNanos);
  if (type === 'application/x-protobuf') return parseOtlpProto(plain, nowNanos);
  return refuse(`content type: ${body.contentType === '' ? 'none' : body.contentType} is not supported`);
}
