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
  throw new TypeError(
    `${operation}: expected options such as ${example}, received ${describe(options)}`,
  );
}

function describe(value: unknown): string {
  if (typeof value === "function") return "a function";
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object" && value !== null) return "an iterable";
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
