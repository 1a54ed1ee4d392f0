/**
 * Lets all callers share one call of `load`. A load that fails is forgotten, so that the next caller
 * tries again: a process that has run out of file descriptors has some again later.
 */
export function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | undefined;
  return () =>
    loading ??= load().catch((error) => {
      loading = undefined;
      throw error;
    });
}
