/** Lets the page do something else for a moment. Rejects with the signal's reason. */
export async function breath(signal: AbortSignal | undefined): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve));
  signal?.throwIfAborted();
}
