import { literal } from "./inspect.ts";

/**
 * Checks that the options which a caller gave are an object. Without this, a number or a name that
 * stands in their place would be ignored.
 *
 * @param options The options.
 * @param operation What the caller called.
 * @param example Options as they may be.
 * @throws {TypeError} If they are no object, or one that can be iterated: an array, a coroutine.
 */
export function checkOptions(options: unknown, operation: string, example: string): void {
  const isObject = typeof options === "object" && options !== null;
  if (isObject && !(Symbol.iterator in options)) return;
  const received = isObject && !Array.isArray(options) ? "an iterable" : literal(options);
  throw new TypeError(`${operation}: expected options such as ${example}, received ${received}`);
}
