// deno-lint-ignore-file tenfold/no-floating-coroutine tenfold/no-await-coroutine -- here the compiler has to find them
// Compiled as a user of the library would; each expected error is one that its types have to find.
import {
  type Coroutine,
  gather,
  Lock,
  Queue,
  run,
  simulate,
  sleep,
  spawn,
  type Task,
} from "@tenfold/loop";
import { explore } from "@tenfold/loop/testing";

function* double(value: number): Coroutine<number> {
  yield* sleep(1);
  return 2 * value;
}

function* main(): Coroutine<string> {
  const task: Task<number> = yield* spawn(double(1), { name: "double" });
  const pair: [number, number] = yield* gather([task, double(2)]);
  const permit = yield* new Lock().acquire();
  permit.release();
  const queue = new Queue<string>(1);
  yield* queue.put(pair.join());
  // @ts-expect-error: a queue of strings takes no number
  queue.tryPut(1);
  // @ts-expect-error: gather gives numbers
  const [wrong]: [string] = yield* gather([double(3)]);
  return (yield* queue.get()) + String(wrong);
}

export const text: string = simulate(main());
export const promise: Promise<string> = run(main());
export const { schedules }: { schedules: number } = explore(() => main());

// @ts-expect-error: yield without its star
export const star = simulate(function* () {
  yield sleep(1);
}());
export async function awaits(): Promise<void> {
  // @ts-expect-error: a coroutine is no promise
  await sleep(1);
  // @ts-expect-error: nor is it in an array
  await gather([double(1)]);
}
// @ts-expect-error: a time is a number
sleep("1");
// @ts-expect-error: no such option
run(main(), { traces: undefined });
