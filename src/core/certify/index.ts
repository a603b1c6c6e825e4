/** Certification: every check by execution, one file each under `checks/`. */
export * from './certificate.ts';
export * from './certify.ts';
export * from './check.ts';
