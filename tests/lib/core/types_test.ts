// deno-lint-ignore-file tenfold/no-floating-coroutine tenfold/no-await-coroutine tenfold/require-yield-star -- here the compiler has to find them
import {
  type Coroutine,
  emit,
  EventLoop,
  gather,
  now,
  pause,
  run,
  simulate,
  sleep,
  spawn,
  type Task,
  until,
  type Yielded,
} from "@tenfold/loop";
import { assertEquals } from "@std/assert";

// `deno check` runs these: a line that ought to be refused and is not fails it.

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true
  : false;

/** Compiles only if `A` is `B`. */
function same<A, B>(..._: Same<A, B> extends true ? [] : [never]): void {}

function* answer(): Coroutine<number> {
  yield* pause();
  return 42;
}

Deno.test("types: yield* gives what a coroutine returns", () => {
  simulate(function* () {
    const number = yield* answer();
    same<typeof number, number>();
    const nothing = yield* sleep(1);
    same<typeof nothing, void>();
    const at = yield* now();
    same<typeof at, number>();
    assertEquals([number, nothing, at], [42, undefined, 1]);
  }());
});

Deno.test("types: spawn gives a task of what the coroutine returns, and a join gives it back", () => {
  simulate(function* () {
    const task = yield* spawn(answer());
    same<typeof task, Task<number>>();
    const joined = yield* task;
    same<typeof joined, number>();
    assertEquals(joined, 42);
  }());
});

Deno.test("types: gather gives a tuple for a tuple, and an array for an array", () => {
  function* text(): Coroutine<string> {
    return "text";
  }
  simulate(function* () {
    const task = yield* spawn(answer());
    const tuple = yield* gather([answer(), text(), task]);
    same<typeof tuple, [number, string, number]>();
    const array = yield* gather([1, 2].map(() => text()));
    same<typeof array, string[]>();
    const none = yield* gather([]);
    same<typeof none, []>();
    assertEquals([tuple, array, none], [[42, "text", 42], ["text", "text"], []]);
  }());
});

Deno.test("types: run, simulate and EventLoop give what main returns, annotated or not", async () => {
  const inferred = simulate(function* () {
    yield* sleep(1);
    return { some: "object" };
  }());
  same<typeof inferred, { some: string }>();
  const promise = run(answer());
  same<typeof promise, Promise<number>>();
  const loop = new EventLoop(answer());
  same<typeof loop, EventLoop<number>>();
  assertEquals([inferred, await promise, await loop.run()], [{ some: "object" }, 42, 42]);
});

Deno.test("types: until gives what the promise resolves to, also of a function", async () => {
  const got = await run(function* () {
    const given = yield* until(Promise.resolve(1));
    same<typeof given, number>();
    const made = yield* until((signal) => Promise.resolve(signal.aborted));
    same<typeof made, boolean>();
    return [given, made];
  }());
  assertEquals(got, [1, false]);
});

Deno.test("types: Yielded names what a coroutine returns", () => {
  same<Yielded<Coroutine<number>>, number>();
  same<Yielded<Task<string>>, string>();
  same<Yielded<ReturnType<typeof answer>>, number>();
  same<Yielded<Promise<number>>, never>();
  assertEquals(simulate(answer()) satisfies Yielded<Coroutine<number>>, 42);
});

// The claim of each of these tests is its `@ts-expect-error`: without the error the file does not
// compile.

Deno.test("types: the compiler refuses what is no coroutine", () => {
  // It is never called: what counts is that it compiles.
  const _mistakes = () => {
    // @ts-expect-error a promise
    spawn(Promise.resolve(1));
    // @ts-expect-error an async function's promise
    run((async () => await 1)());
    // @ts-expect-error an async function
    spawn(async () => await 1);
    // @ts-expect-error an async generator
    spawn(async function* () {}());
    // @ts-expect-error an array
    run([sleep(1)]);
    // @ts-expect-error an array
    spawn([sleep(1), sleep(2)]);
    // @ts-expect-error an array among them
    gather([[sleep(1)]]);
    // @ts-expect-error no array
    gather(sleep(1));
    // @ts-expect-error a text
    simulate("text");
    // @ts-expect-error a map
    spawn(new Map([[1, 2]]));
    // @ts-expect-error nothing
    run();
    // @ts-expect-error no number
    sleep("1");
    // @ts-expect-error no promise
    until(5);
    // @ts-expect-error a function that gives no promise
    until(() => 5);
  };
});

Deno.test("types: the compiler refuses to await a coroutine, in any promise", () => {
  const mistakes = async (task: Task<number>) => {
    // @ts-expect-error an operation
    await sleep(1);
    // @ts-expect-error a coroutine
    await answer();
    // @ts-expect-error a coroutine
    const [value] = await gather([answer()]);
    // @ts-expect-error a task
    await task;
    // @ts-expect-error an async function that returns one
    const later = async () => (await null, sleep(1));
    same<number, Awaited<ReturnType<typeof task.promise>>>();
    return [value, later, await run(answer())];
  };
  assertEquals(typeof mistakes, "function");
});

Deno.test("types: the compiler refuses a yield without its star, and a star on something else", () => {
  const _mistakes = [
    function* (): Coroutine<void> {
      // @ts-expect-error the star is missing
      yield sleep(1);
    },
    function* (): Coroutine<void> {
      // @ts-expect-error the star is missing
      yield answer();
    },
    function* (): Coroutine<void> {
      // @ts-expect-error nothing is yielded
      yield;
    },
    function* (): Coroutine<void> {
      // @ts-expect-error a promise
      yield Promise.resolve();
    },
    function* (): Coroutine<void> {
      // @ts-expect-error a promise
      yield* Promise.resolve();
    },
    function* (): Coroutine<void> {
      // @ts-expect-error an array
      yield* [sleep(1)];
    },
    function* (): Coroutine<void> {
      // @ts-expect-error a text
      yield* "text";
    },
    function* (): Coroutine<void> {
      // @ts-expect-error a function that was not called
      yield* answer;
    },
    function* (): Coroutine<string> {
      // @ts-expect-error another result
      return yield* answer();
    },
    // @ts-expect-error async
    async function* (): Coroutine<void> {},
    // @ts-expect-error no generator
    function (): Coroutine<void> {},
    () =>
      // @ts-expect-error the star is missing, and nothing is annotated
      spawn(function* () {
        yield sleep(1);
      }()),
    () =>
      // @ts-expect-error the star is missing, and nothing is annotated
      run(function* () {
        yield emit(1);
      }()),
  ];
});

Deno.test("types: a task is read-only", () => {
  const _mistakes = (task: Task<number>) => {
    // @ts-expect-error read only
    task.state = "done";
    // @ts-expect-error read only
    task.name = "name";
    // @ts-expect-error it holds a number
    same<Yielded<typeof task>, string>();
  };
});
