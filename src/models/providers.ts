import { anthropicWire } from './wires/anthropic.ts';
import { googleWire } from './wires/google.ts';
import { openaiWire } from './wires/openai.ts';
import type { Wire } from './wires/wire.ts';

/** A provider that a person may bring a key for, or a kind of server on their own machine. */
export interface Provider {
  readonly id: string;
  readonly title: string;
  readonly wire: Wire;
  /** The base address; for local servers, the usual one, which the person may change. */
  readonly base: string;
  readonly isLocal: boolean;
  readonly needsKey: boolean;
  /** What to check when no answer comes. */
  readonly unreachable: string;
}

const HOSTED = 'Are you online, and does a browser extension or network block the provider?';

/** All providers of this build. The page's policy lets it connect to their origins and no others. */
export const providers: readonly Provider[] = [
  hosted(
    'openai',
    'OpenAI',
    openaiWire,
    'https://api.openai.com/v1/',
    `${HOSTED} Some of its failures reach no browser: a wrong model name looks like this, too.`,
  ),
  hosted(
    'anthropic',
    'Anthropic',
    anthropicWire,
    'https://api.anthropic.com/v1/',
    `${HOSTED} An organisation can switch browser access off.`,
  ),
  hosted('google', 'Google', googleWire, 'https://generativelanguage.googleapis.com/v1beta/', HOSTED),
  hosted('openrouter', 'OpenRouter', openaiWire, 'https://openrouter.ai/api/v1/', HOSTED),
  local(
    'ollama',
    'Ollama',
    'http://localhost:11434/v1/',
    'Is Ollama running, with OLLAMA_ORIGINS set to the address of this page?',
  ),
  local(
    'lmstudio',
    'LM Studio',
    'http://localhost:1234/v1/',
    'Is the server of LM Studio running, with CORS enabled?',
  ),
  local(
    'llamacpp',
    'llama.cpp server',
    'http://localhost:8080/v1/',
    'Is llama-server running? Its --jinja switch makes tools work.',
  ),
  local(
    'vllm',
    'vLLM',
    'http://localhost:8000/v1/',
    'Is vLLM running, with --allowed-origins, --enable-auto-tool-choice and a --tool-call-parser?',
  ),
];

function hosted(id: string, title: string, wire: Wire, base: string, unreachable: string): Provider {
  return { id, title, wire, base, isLocal: false, needsKey: true, unreachable };
}

function local(id: string, title: string, base: string, unreachable: string): Provider {
  return { id, title, wire: openaiWire, base, isLocal: true, needsKey: false, unreachable };
}

/** A provider by its id. */
export function findProvider(id: string): Provider | undefined {
  return providers.find((provider) => provider.id === id);
}
