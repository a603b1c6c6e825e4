import { usualBases } from './origins.ts';
import { anthropicWire } from './wires/anthropic.ts';
import { googleWire } from './wires/google.ts';
import { openaiWire } from './wires/openai.ts';
import type { Wire } from './wires/wire.ts';

/** Where a provider hands out keys to those who sign in. */
export interface SignInPlace {
  /** The page to sign in at, from the origin of the base address. */
  readonly page: string;
  /** The page where such a key can be taken back. */
  readonly revoke: string;
}

/** A provider that a person may bring a key for, or a kind of server on their own machine. */
export interface Provider {
  readonly id: keyof typeof usualBases;
  readonly title: string;
  readonly wire: Wire;
  /** The base address; for local servers, the usual one, which the person may change. */
  readonly base: string;
  readonly isLocal: boolean;
  readonly needsKey: boolean;
  /** Where a person can sign in instead of pasting a key; null where that is not offered. */
  readonly signIn: SignInPlace | null;
  /** What to check when no answer comes. */
  readonly unreachable: string;
}

const HOSTED = 'Are you online, and does a browser extension or network block the provider?';

/** All providers of this build. The page's policy lets it connect to them ({@link usualBases}) and to no others. */
export const providers: readonly Provider[] = [
  hosted(
    'openai',
    'OpenAI',
    openaiWire,
    `${HOSTED} Some of its failures reach no browser: a wrong model name looks like this, too.`,
  ),
  hosted('anthropic', 'Anthropic', anthropicWire, `${HOSTED} An organisation can switch browser access off.`),
  hosted('google', 'Google', googleWire, HOSTED),
  {
    ...hosted('openrouter', 'OpenRouter', openaiWire, HOSTED),
    signIn: { page: '/auth', revoke: 'https://openrouter.ai/settings/keys' },
  },
  local('ollama', 'Ollama', 'Is Ollama running, with OLLAMA_ORIGINS set to the address of this page?'),
  local('lmstudio', 'LM Studio', 'Is the server of LM Studio running, with CORS enabled?'),
  local('llamacpp', 'llama.cpp server', 'Is llama-server running? Its --jinja switch makes tools work.'),
  local(
    'vllm',
    'vLLM',
    'Is vLLM running, with --allowed-origins, --enable-auto-tool-choice and a --tool-call-parser?',
  ),
  local(
    'other',
    'Another OpenAI-compatible server',
    'Is the server running, and does it allow requests from this page (CORS)?',
  ),
];

function hosted(id: Provider['id'], title: string, wire: Wire, unreachable: string): Provider {
  return { id, title, wire, base: usualBases[id], isLocal: false, needsKey: true, signIn: null, unreachable };
}

function local(id: Provider['id'], title: string, unreachable: string): Provider {
  const base = usualBases[id];
  return { id, title, wire: openaiWire, base, isLocal: true, needsKey: false, signIn: null, unreachable };
}

/** A provider by its id. */
export function findProvider(id: string): Provider | undefined {
  return providers.find((provider) => provider.id === id);
}
