// Front door of the translation: the flags of search and top -> the LogQL that asks the same.
export { type PrintedLogql, printFilterAsLogql } from './print-filter.ts';
export { printTopAsLogql } from './print-top.ts';
