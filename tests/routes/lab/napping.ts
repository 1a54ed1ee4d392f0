import { type Coroutine, emit, sleep, spawn } from "@tenfold/loop";
import { linesIn } from "../../../routes/lab/view/lines.ts";

// A program that knows its own lines.

/** How the address of this file ends. */
export const HERE = "routes/lab/napping.ts";

/** The line of this file that calls this. */
const line = () => linesIn(new Error().stack!, HERE)[1]!;

/** Where it does what, once it has run. */
export const at = { nap: 0, say: 0, call: 0, spawn: 0 };

function* nap(): Coroutine<void> {
  at.nap = line() + 1;
  yield* sleep(5);
  at.say = line() + 1;
  yield* emit("awake");
}

/** Naps in a task and by itself, and says so. */
export function* main(): Coroutine<void> {
  at.spawn = line() + 1;
  const task = yield* spawn(nap());
  at.call = line() + 1;
  yield* nap();
  yield* task;
}
