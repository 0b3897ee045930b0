// Front door of the HTTP contract.
export * from './answers.ts';
export * from './api.ts';
export * from './filter.ts';
export { findNearest, suggest } from './nearest.ts';
export * from './parse-filter.ts';
export * from './requests.ts';
