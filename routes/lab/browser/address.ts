/**
 * The least time between two changes of the address, in ms. Safari throws an error at the 101st
 * within 30 s.
 */
const WRITE_EVERY = 350;

/** The mark of an entry of the browser's history that this page has written: it outlives a reload. */
const OWN = "own";

let next: { address: string; isNew: boolean } | undefined;
let writtenAt = -Infinity;
let timer: ReturnType<typeof setTimeout> | undefined;

/**
 * Writes the address of the page, as soon as the browser takes it.
 *
 * @param address Its query and its fragment.
 * @param isNew Whether the browser's way back leads to what was there before.
 */
export function writeAddress(address: string, isNew: boolean): void {
  next = { address, isNew: isNew || (next?.isNew ?? false) };
  clearTimeout(timer);
  timer = setTimeout(flushAddress, Math.max(0, writtenAt + WRITE_EVERY - performance.now()));
}

/** Writes at once what is to be written. */
export function flushAddress(): void {
  clearTimeout(timer);
  if (next === undefined) return;
  const { pathname, search, hash } = location;
  if (next.address === search + hash) {
    next = undefined;
    return;
  }
  writtenAt = performance.now();
  try {
    history[next.isNew ? "pushState" : "replaceState"](OWN, "", pathname + next.address);
    next = undefined;
  } catch {
    // The browser takes no more for now: the runs are drawn, and the address follows.
    timer = setTimeout(flushAddress, 10 * WRITE_EVERY);
  }
}

/** Whether the page itself has written the address that it has: it is not that of a link. */
export function isOwnAddress(): boolean {
  return history.state === OWN;
}

/** Forgets what was to be written: the browser has gone back. */
export function forgetAddress(): void {
  clearTimeout(timer);
  next = undefined;
}
