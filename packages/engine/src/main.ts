// The engine program: a directory and a socket path in the arguments; ClickHouse's HTTP interface on that socket out.
import { parseArgs } from 'node:util';
import { runEngine } from './run-engine.ts';

const { values } = parseArgs({
  options: {
    path: { type: 'string' },
    socket: { type: 'string' },
    readers: { type: 'string' },
    'max-memory': { type: 'string' },
    'max-body': { type: 'string' },
    'grace-ms': { type: 'string' },
  },
});

const readNumber = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text));

if (values.path === undefined || values.socket === undefined) {
  process.stderr.write(
    'usage: main.js --path DIR --socket PATH [--readers N] [--max-memory BYTES] [--max-body BYTES] [--grace-ms MS]\n',
  );
  process.exitCode = 2;
} else {
  await runEngine({
    directory: values.path,
    socketPath: values.socket,
    readers: readNumber(values.readers),
    maxMemoryBytes: readNumber(values['max-memory']),
    maxBodyBytes: readNumber(values['max-body']),
    graceMs: readNumber(values['grace-ms']),
  });
}
