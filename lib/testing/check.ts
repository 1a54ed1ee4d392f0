import { LimitError } from "../core/errors.ts";
import type { Coroutine } from "../core/types.ts";
import { exploreFor, type ExploreOptions, type ExploreResult } from "./explore.ts";

/**
 * Runs a program under every order, as {@linkcode explore} does, and throws if one fails: for tests.
 * It returns only if all orders have passed, or as many as an option asked for.
 *
 * @param program Makes the program, afresh each time, with all that it changes.
 * @param options How much to try. With `maxPreemptions`, all schedules with at most that many have
 * to pass; with `maxTime` or `maxSchedules`, those that were tried.
 * @returns How many were tried, and whether that was all.
 * @throws {ScheduleFailure} If the program fails under some order. Its message is the story of that
 * run and the line that replays it, its `cause` what the program threw.
 * @throws {LimitError} If there are more schedules than the default of `maxSchedules`. The message
 * says up to how many preemptions all have passed.
 * @throws {TypeError} As {@linkcode explore}.
 * @throws {RangeError} As {@linkcode explore}.
 *
 * @example Two that write, under every order
 * ```ts
 * import { gather, Lock, pause } from "@tenfold/loop";
 * import { check, ScheduleFailure } from "@tenfold/loop/testing";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * function* program(guarded: boolean) {
 *   const lock = new Lock();
 *   let count = 0;
 *   function* increment() {
 *     using _permit = guarded ? yield* lock.acquire() : undefined;
 *     const seen = count;
 *     yield* pause();
 *     count = seen + 1;
 *   }
 *   yield* gather([increment(), increment()], { name: "increment" });
 *   assertEquals(count, 2);
 * }
 *
 * check(() => program(true));
 * assertThrows(() => check(() => program(false)), ScheduleFailure, "increment[1]");
 * ```
 */
export function check(
  program: () => Coroutine<unknown>,
  options: ExploreOptions = {},
): ExploreResult {
  const result = exploreFor("check", program, options);
  const { schedules, complete, completeTo = -1, failure } = result;
  if (failure !== undefined) throw failure;
  const { maxSchedules, maxTime, maxPreemptions = Infinity } = options;
  const isAskedFor = maxSchedules !== undefined || maxTime !== undefined ||
    completeTo >= maxPreemptions;
  if (complete || isAskedFor) return result;
  const passed = completeTo < 0 ? "" : `, among them all with at most ${completeTo} preemptions`;
  const fewer = completeTo < 0 || maxPreemptions < Infinity
    ? ""
    : ` maxPreemptions: ${completeTo},`;
  throw new LimitError(
    `check: ${schedules} schedules have passed${passed}, and there are more; ` +
      `ask for as many as you want:${fewer} maxTime or maxSchedules`,
  );
}
