const SHAPES = [
  /\b(sk|pk|rk|xai|gsk|hf|or|key)[-_][A-Za-z0-9_-]{12,}/g,
  /\bAIza[A-Za-z0-9_-]{20,}/g,
  /\bBearer\s+[A-Za-z0-9._~+/=-]{8,}/gi,
];

/** "…abcd": what may be shown of a secret. Short ones show nothing. */
export function lastFour(secret: string): string {
  return secret.length >= 12 ? `…${secret.slice(-4)}` : '…';
}

/** Takes secrets out of a text: those given, to the letter, and whatever looks like one. */
export function redact(text: string, secrets: Iterable<string>): string {
  let clean = text;
  for (const secret of secrets)
    if (secret !== '') {
      clean = clean.replaceAll(secret, lastFour(secret));
      clean = clean.replaceAll(encodeURIComponent(secret), lastFour(secret));
    }
  for (const shape of SHAPES) clean = clean.replace(shape, (found) => lastFour(found));
  return clean;
}
