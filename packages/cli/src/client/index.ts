// Front door of the client: connections, requests, imports, the installed server program.
export { configFilePath } from './config-file.ts';
export { type Connection, type ConnectionFlags, resolveConnection } from './connection.ts';
export { FILTER_NAMES, PATHS } from './contract.ts';
export { DEFAULT_SERVER, parseEndpoint } from './endpoint.ts';
export { type FoundFiles, findLogFiles, type LogFile } from './find-log-files.ts';
export { type Answer, type Call, type HttpClient, openHttpClient, type Params } from './http-client.ts';
export { type ImportListener, type ImportReport, importFiles, type Origin } from './import-files.ts';
export { CLI_CODES, CliProblem, errorCode, errorText } from './problem.ts';
export { findServerProgram, serverEnv, startServerProgram } from './server-program.ts';
export { openTemporaryServer, type TemporaryServer } from './temporary-server.ts';
