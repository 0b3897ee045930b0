// Front door of the command `query`.
export { query } from './query.ts';
