// The error of an `await` on a coroutine. A promise that is resolved with an object looks for
// its `then`; a getter that throws makes that promise reject, at the line of the `await`. It can't
// tell an `await` from a promise that only passes the object on, so that is refused as well.

/**
 * The error for what is not awaited.
 *
 * @param what What it is.
 * @param instead What promise code does with it.
 */
export function noPromise(
  what = "a coroutine",
  instead = "await run(coroutine) elsewhere",
): TypeError {
  return new TypeError(
    `await: expected a promise, received ${what}; use yield* in a function*, ${instead}`,
  );
}

/** Lets no one `await` what a generator function returns. */
export function refuseAwait(make: { prototype: unknown }): void {
  Object.defineProperty(make.prototype, "then", {
    get(): never {
      throw noPromise();
    },
  });
}
