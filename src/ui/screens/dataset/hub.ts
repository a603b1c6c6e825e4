import type { FileBytes } from '../../../workers/exportProtocol.ts';

/** What is pushed, and where. The token is used for these requests and kept nowhere. */
export interface Push {
  readonly token: string;
  /** "owner/name". */
  readonly repo: string;
  readonly visibility: 'private' | 'public';
  readonly files: readonly FileBytes[];
  readonly message: string;
  /** Another address than the Hub's, for tests. */
  readonly hubUrl?: string;
  readonly fetch?: typeof fetch;
  readonly signal?: AbortSignal;
  readonly onphase?: (phase: string) => void;
}

const HUB = 'https://huggingface.co';

/**
 * Pushes files to a dataset of the Hugging Face Hub, which is made when it does not exist. Returns its address.
 * Throws an error whose message never holds the token. Requests go to the Hub and to its own storage, nowhere else.
 */
export async function pushToHub(push: Push): Promise<string> {
  const { createRepo, HubApiError, uploadFilesWithProgress } = await import('@huggingface/hub');
  const { token, repo, signal, hubUrl = HUB } = push;
  const common = {
    repo: { type: 'dataset' as const, name: repo },
    accessToken: token,
    hubUrl,
    fetch: guardedFetch(push.fetch ?? fetch, hubUrl, signal),
  };
  try {
    push.onphase?.('Making the dataset');
    try {
      await createRepo({ ...common, visibility: push.visibility });
    } catch (error) {
      // It exists already: the files become its next commit.
      if (!(error instanceof HubApiError && error.statusCode === 409)) throw error;
    }
    const upload = uploadFilesWithProgress({
      ...common,
      files: push.files.map(({ path, bytes }) => ({ path, content: new Blob([bytes.slice()]) })),
      commitTitle: push.message,
      ...(signal === undefined ? {} : { abortSignal: signal }),
    });
    for await (const event of upload) if (event.event === 'phase') push.onphase?.(phases[event.phase]);
    return `${hubUrl}/datasets/${repo}`;
  } catch (error) {
    if (signal?.aborted) throw Object.assign(new Error('Cancelled.'), { name: 'AbortError' });
    throw new Error(withoutToken(error instanceof Error ? error.message : String(error), token));
  }
}

const phases = {
  preuploading: 'Asking what goes where',
  uploadingLargeFiles: 'Uploading large files',
  committing: 'Writing the commit',
} as const;

/** Lets requests through to the Hub and its storage only, without cookies, referrer, cache or redirects elsewhere. */
function guardedFetch(send: typeof fetch, hubUrl: string, signal: AbortSignal | undefined): typeof fetch {
  const own = new URL(hubUrl).host;
  return (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const allowed = url.host === own || url.host === 'huggingface.co' || url.host.endsWith('.hf.co');
    if (!allowed)
      return Promise.reject(new Error(`A request to ${url.host} was stopped: it is not the Hub.`));
    return send(input, {
      ...init,
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      cache: 'no-store',
      ...(signal === undefined ? {} : { signal }),
    });
  };
}

/** A text with the token taken out, all but its end. */
export function withoutToken(text: string, token: string): string {
  if (token === '') return text;
  return [token, encodeURIComponent(token)].reduce(
    (clean, secret) => clean.replaceAll(secret, `…${token.slice(-4)}`),
    text,
  );
}

/** What is wrong with the name of a repository, or null. */
export function repoProblem(repo: string): string | null {
  return /^[\w.-]+\/[\w.-]+$/.test(repo) ? null : 'Owner and name, as in "somebody/dataset".';
}
