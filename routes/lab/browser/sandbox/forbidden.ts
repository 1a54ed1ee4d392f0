// What a program in the sandbox may not use, and what to use instead: the order of its steps would
// not be the scheduler's any more, a run could not be repeated, or it would leave the sandbox.

const TIMER = "spawn a coroutine that sleeps: yield* sleep(ms)";
const TIME = "ask the scheduler what time it is: yield* now()";
const NETWORK = "there is no network; let yield* sleep(ms) stand for the wait";
const STORAGE = "nothing is kept; use a variable";
const PRINT = "print with console.log";
const NO_BROWSER = "there is no page, no process and no other thread";

const INSTEAD: Readonly<Record<string, string>> = {
  setTimeout: TIMER,
  setInterval: TIMER,
  setImmediate: TIMER,
  clearTimeout: "cancel a task instead: task.cancel()",
  clearInterval: "cancel a task instead: task.cancel()",
  requestAnimationFrame: TIMER,
  requestIdleCallback: TIMER,
  queueMicrotask: "spawn a coroutine: yield* spawn(work)",
  performance: TIME,
  fetch: NETWORK,
  XMLHttpRequest: NETWORK,
  WebSocket: NETWORK,
  EventSource: NETWORK,
  WebTransport: NETWORK,
  BroadcastChannel: NETWORK,
  importScripts: NETWORK,
  indexedDB: STORAGE,
  caches: STORAGE,
  localStorage: STORAGE,
  sessionStorage: STORAGE,
  alert: PRINT,
  print: "write console.log(…)",
  prompt: PRINT,
  confirm: PRINT,
  document: NO_BROWSER,
  navigator: NO_BROWSER,
  process: NO_BROWSER,
  Deno: NO_BROWSER,
  require: 'import from "@tenfold/loop"',
  Worker: NO_BROWSER,
  SharedWorker: NO_BROWSER,
  MessageChannel: "use a Queue of the library",
  postMessage: "use a Queue of the library",
};

/** Thrown for what is not in the sandbox. */
export class NotHere extends Error {
  override readonly name = "NotHere";

  constructor(what: string, instead: string) {
    super(`${what} is not in the sandbox: ${instead}.`);
  }
}

/** For each name that a program may not use, something that throws as soon as it is used. */
export function forbidden(): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(INSTEAD).map(([name, instead]) => {
      const refuse = (): never => {
        throw new NotHere(name, instead);
      };
      const traps = { get: refuse, apply: refuse, construct: refuse, has: refuse, set: refuse };
      return [name, new Proxy(function () {}, traps)];
    }),
  );
}

/** `Date`, of which only days that the program names itself can be made. */
export function dateOf(RealDate: DateConstructor): DateConstructor {
  const refuse = (): never => {
    throw new NotHere("The time of day", TIME);
  };
  return new Proxy(RealDate, {
    apply: refuse,
    construct(target, values, newTarget) {
      return values.length === 0 ? refuse() : Reflect.construct(target, values, newTarget);
    },
    get(target, key) {
      return key === "now" ? refuse : Reflect.get(target, key);
    },
  });
}
