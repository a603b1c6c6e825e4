/**
 * Where models may be reached from a page. Plain data without imports: the build reads it for the content policy, so
 * that what the page offers and what its policy lets through cannot differ.
 */

/** The usual base address of each provider, by its id. */
export const usualBases = {
  openai: 'https://api.openai.com/v1/',
  anthropic: 'https://api.anthropic.com/v1/',
  google: 'https://generativelanguage.googleapis.com/v1beta/',
  openrouter: 'https://openrouter.ai/api/v1/',
  ollama: 'http://localhost:11434/v1/',
  lmstudio: 'http://localhost:1234/v1/',
  llamacpp: 'http://localhost:8080/v1/',
  vllm: 'http://localhost:8000/v1/',
  other: 'http://localhost:5000/v1/',
} as const;

/** Servers on the person's own machine, whatever their port. */
const ON_THIS_MACHINE = ['http://localhost:*', 'http://127.0.0.1:*'];

/**
 * The sources that a page may connect to for its models, as its content policy names them.
 * @param more origins that whoever builds the page adds, separated by spaces: `CONNECT_SRC`
 */
export function modelSources(more = ''): readonly string[] {
  const hosted = Object.values(usualBases).flatMap((base) => {
    const { protocol, origin } = new URL(base);
    return protocol === 'https:' ? [origin] : [];
  });
  return [
    ...hosted,
    ...ON_THIS_MACHINE,
    ...more
      .split(/\s+/)
      .filter((part) => part !== '')
      .map(checked),
  ];
}

/** An origin that may be added: encrypted, as keys go there. Anything else (a path, a keyword) would say too much. */
function checked(source: string): string {
  if (/^https:\/\/(\*\.)?[a-z0-9.-]+(:(\d+|\*))?$/i.test(source)) return source;
  throw new TypeError(`CONNECT_SRC: expected origins such as https://models.example.org, got '${source}'.`);
}

/** Whether a policy with these sources lets a page connect to an address. */
export function mayConnect(address: string, sources: readonly string[]): boolean {
  const { protocol, hostname, port } = new URL(address);
  const usual = protocol === 'https:' ? '443' : '80';
  return sources.some((source) => {
    const [, scheme, host = '', wanted] = /^(https?:)\/\/([^:]+)(?::(.+))?$/.exec(source) ?? [];
    const sameHost = host.startsWith('*.') ? hostname.endsWith(host.slice(1)) : hostname === host;
    const samePort = wanted === '*' || (wanted ?? usual) === (port === '' ? usual : port);
    return scheme === protocol && sameHost && samePort;
  });
}
