import { isCancelled } from "../core/errors.ts";
import type { Startable } from "../core/types.ts";
import { EventLoop, type RunOptions } from "./event-loop.ts";

/** The signals that end a program, with their numbers: a shell's exit code is 128 more. */
const SIGNALS = { SIGINT: 2, SIGTERM: 15 } as const;

type Signal = keyof typeof SIGNALS;

/**
 * A second signal within this time, in ms, is an echo of the first: a terminal sends it to all
 * processes in the foreground, and a task runner passes it on once more. On a busy machine that
 * comes late, and would end what has hardly begun to clean up; a person can press Ctrl-C again.
 */
const ECHO = 500;

/** What a host does with signals. */
interface SignalHost {
  listen(signal: Signal, listener: () => void): void;
  unlisten(signal: Signal, listener: () => void): void;
  exit(code: number): void;
}

function signalHost(): SignalHost | null {
  const { Deno: deno, process } = globalThis as {
    Deno?: {
      addSignalListener(signal: Signal, listener: () => void): void;
      removeSignalListener(signal: Signal, listener: () => void): void;
      exit(code: number): void;
    };
    process?: {
      on(signal: Signal, listener: () => void): void;
      off(signal: Signal, listener: () => void): void;
      exit(code: number): void;
    };
  };
  if (typeof deno?.addSignalListener === "function") {
    return {
      listen: (signal, listener) => deno.addSignalListener(signal, listener),
      unlisten: (signal, listener) => deno.removeSignalListener(signal, listener),
      exit: (code) => deno.exit(code),
    };
  }
  if (typeof process?.on !== "function" || typeof process.exit !== "function") return null;
  return {
    listen: (signal, listener) => process.on(signal, listener),
    unlisten: (signal, listener) => process.off(signal, listener),
    exit: (code) => process.exit(code),
  };
}

/**
 * Runs a program as the whole of a process, as {@linkcode run} does. SIGINT (Ctrl-C) and SIGTERM
 * cancel it, so that its `finally` blocks run; a second signal, 500 ms later or more, ends it by
 * force, past every `catch`. After that the process exits as if the signal had ended it: with 130
 * or 143. A third signal exits at once, whatever is shielded or still cleans up.
 *
 * Works in Deno and in Node. Elsewhere there are no signals, and it is the same as `run`.
 *
 * @typeParam T What the program returns.
 * @param program The program, a coroutine.
 * @param options As for `run`.
 * @returns What the program returns, if no signal comes.
 * @throws As `run`, if no signal comes.
 *
 * @example A program that cleans up on Ctrl-C
 * ```ts
 * import { main, sleep } from "@tenfold/loop";
 *
 * await main(function* () {
 *   try {
 *     yield* sleep(20);
 *   } finally {
 *     console.log("cleaned up");
 *   }
 * });
 * ```
 */
export async function main<T>(program: Startable<T>, options: RunOptions = {}): Promise<T> {
  const loop = new EventLoop(program, options);
  const host = signalHost();
  let received: { signal: Signal; at: number; count: number } | null = null;
  const listeners = new Map<Signal, () => void>();
  for (const signal of Object.keys(SIGNALS) as Signal[]) {
    const listener = () => {
      const at = performance.now();
      if (received !== null && at - received.at < ECHO) return;
      // The first says why the process ends.
      const { signal: first, count } = received ?? { signal, count: 0 };
      received = { signal: first, at, count: count + 1 };
      if (count === 0) loop.cancel(signal);
      else if (count === 1) loop.cancel(signal, { force: true });
      // What is shielded, or waits in its cleanup, may never end.
      else exitAfter(received, host);
    };
    try {
      host?.listen(signal, listener);
      listeners.set(signal, listener);
    } catch {
      // Windows has no SIGTERM.
    }
  }
  try {
    return await loop.run();
  } catch (error) {
    if (received !== null && !isCancelled(error)) console.error(error);
    throw error;
  } finally {
    for (const [signal, listener] of listeners) host?.unlisten(signal, listener);
    exitAfter(received, host);
  }
}

function exitAfter(received: { signal: Signal } | null, host: SignalHost | null): void {
  if (received !== null) host?.exit(128 + SIGNALS[received.signal]);
}
