/** Certification: every check by execution, one file each under `checks/`. */
export * from './certificate.ts';
export * from './certify.ts';
export { NOTHING_PASSES } from './checks/E1.ts';
export * from './check.ts';
