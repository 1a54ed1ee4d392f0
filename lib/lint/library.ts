// What the library exports, as far as the rules have to know it. A test compares this with the
// library's types: the linter must not load the library, which may be another version.

/** The functions that return a coroutine. */
export const OPERATIONS = [
  "allSettled",
  "any",
  "block",
  "emit",
  "forEach",
  "gather",
  "now",
  "pause",
  "race",
  "retry",
  "shield",
  "sleep",
  "sleepBetween",
  "sleepUntil",
  "spawn",
  "taskGroup",
  "timeout",
  "until",
  "wait",
] as const;

/** The methods that return a coroutine, by class or interface. */
export const METHODS = {
  Barrier: ["wait"],
  Condition: ["acquire", "wait"],
  Event: ["wait"],
  Lock: ["acquire"],
  Queue: ["get", "join", "next", "put"],
  Semaphore: ["acquire"],
  TaskLocal: ["run"],
  Task: ["halt", "settled"],
  TaskGroup: ["spawn"],
} as const;

/** Whether an import is of the library: by its name, or as a copy that is called `loop`. */
export function isLibrary(specifier: string): boolean {
  return /^(?:npm:\/?|jsr:\/?)?@tenfold\/loop(?:@[^/]+)?$/.test(specifier) ||
    /(?:^|\/)loop(?:@[^/]*)?\/mod\.[jt]s$/.test(specifier);
}
