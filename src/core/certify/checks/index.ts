import type { Check } from '../check.ts';
import { g1 } from './G1.ts';
import { g2 } from './G2.ts';
import { g3 } from './G3.ts';
import { g4 } from './G4.ts';
import { g5 } from './G5.ts';
import { g6 } from './G6.ts';
import { g7 } from './G7.ts';
import { g8 } from './G8.ts';
import { s1 } from './S1.ts';
import { s2 } from './S2.ts';
import { s3 } from './S3.ts';
import { s4 } from './S4.ts';
import { s5 } from './S5.ts';
import { s6 } from './S6.ts';
import { s7 } from './S7.ts';
import { s8 } from './S8.ts';
import { a1 } from './A1.ts';
import { a2 } from './A2.ts';
import { a3 } from './A3.ts';
import { a4 } from './A4.ts';
import { c1 } from './C1.ts';
import { c2 } from './C2.ts';
import { c3 } from './C3.ts';
import { c4 } from './C4.ts';
import { i1 } from './I1.ts';
import { i2 } from './I2.ts';
import { i3 } from './I3.ts';
import { i4 } from './I4.ts';
import { i5 } from './I5.ts';
import { i6 } from './I6.ts';
import { e1 } from './E1.ts';
import { e2 } from './E2.ts';
import { e3 } from './E3.ts';
import { e4 } from './E4.ts';
import { u1 } from './U1.ts';
import { u2 } from './U2.ts';
import { r1 } from './R1.ts';
import { r2 } from './R2.ts';

/** Every check, in the order in which they are reported. */
export const checks: readonly Check[] = [
  g1,
  g2,
  g3,
  g4,
  g5,
  g6,
  g7,
  g8,
  s1,
  s2,
  s3,
  s4,
  s5,
  s6,
  s7,
  s8,
  a1,
  a2,
  a3,
  a4,
  c1,
  c2,
  c3,
  c4,
  i1,
  i2,
  i3,
  i4,
  i5,
  i6,
  e1,
  e2,
  e3,
  e4,
  u1,
  u2,
  r1,
  r2,
];
