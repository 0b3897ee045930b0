// Front door of the settings: argv, file and environment -> Config.
export { isLocal, isLoopbackHost, type ListenAddress, parseListen, printListen } from './listen-address.ts';
export { type ConfigInput, type LoadedConfig, loadConfig } from './load-config.ts';
export { printSize } from './parse-size.ts';
export { printConfig } from './print-config.ts';
export { printFlagHelp, printReference } from './print-reference.ts';
export type { ConfigProblem } from './problems.ts';
export { type Config, LOG_LEVELS } from './settings.ts';
