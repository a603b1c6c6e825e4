import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import canonicalize from 'canonicalize';
import { dequal } from 'dequal/lite';
import type { Json } from './json.ts';

/**
 * The canonical form of a JSON value (RFC 8785): sorted keys, no spaces, one spelling per number, so that
 * 25 and 25.0 are the same text.
 */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('canonicalJson: expected a JSON value, got undefined');
  return text;
}

/** SHA-256 of the canonical form, in lower-case hex (64 characters). */
export function digest(value: unknown): string {
  return bytesToHex(sha256(utf8ToBytes(canonicalJson(value))));
}

/** The first 12 hex digits of {@link digest}: enough for ids inside one workspace (48 bits). */
export function shortDigest(value: unknown): string {
  return digest(value).slice(0, 12);
}

/** Deep equality of JSON values; numbers are compared as numbers. */
export function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  return a === b || dequal(a, b);
}
