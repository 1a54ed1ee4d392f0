import * as loop from "@tenfold/loop";
import { METHODS, OPERATIONS } from "../../../lib/lint/library.ts";
import { assertEquals } from "@std/assert";

// `deno check` runs these: what the library exports and the linter does not know fails it.

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true
  : false;

/** Compiles only if `A` is `B`. */
function same<A, B>(..._: Same<A, B> extends true ? [] : [never]): void {}

/** The names under which a type has functions that return a coroutine. */
type Making<T> = Extract<
  {
    // `simulate` returns what its coroutine does, which may be anything; a task has been started.
    [K in keyof T]-?: T[K] extends (...args: never[]) => infer R
      ? unknown extends R ? never : [R] extends [never] ? never
      : R extends loop.Task<unknown> ? never
      : R extends loop.Coroutine<unknown> ? K
      : never
      : never;
  }[keyof T],
  string
>;

Deno.test("lint: knows every function of the library that returns a coroutine", () => {
  same<Making<typeof loop>, typeof OPERATIONS[number]>();
  assertEquals(OPERATIONS.filter((name) => typeof loop[name] !== "function"), []);
});

type Methods = { -readonly [K in keyof typeof METHODS]: typeof METHODS[K][number] };
type Class = abstract new (...args: never[]) => unknown;
type Made = {
  [K in keyof typeof loop as (typeof loop)[K] extends Class ? K : never]: (typeof loop)[K] extends
    abstract new (...args: never[]) => infer I ? Making<I> : never;
};
/** Only classes with such methods. */
type Needed = { [K in keyof Made as [Made[K]] extends [never] ? never : K]: Made[K] };

Deno.test("lint: knows every method of the library that returns a coroutine", () => {
  same<Methods["Task"], Making<loop.Task<unknown>>>();
  same<Methods["TaskGroup"], Making<loop.TaskGroup>>();
  same<{ [K in Exclude<keyof Methods, "Task" | "TaskGroup">]: Methods[K] }, Needed>();
});
