/** What Deno and Node call to print an object. */
const INSPECT = [Symbol.for("Deno.customInspect"), Symbol.for("nodejs.util.inspect.custom")];

/**
 * Has objects of a class printed as one line, in Deno and in Node: a task would print the loop that
 * it belongs to, with everything in it.
 */
export function printAs<T extends object>(
  type: { readonly prototype: T },
  line: (value: T) => string,
): void {
  for (const key of INSPECT) {
    Object.defineProperty(type.prototype, key, {
      value(this: T) {
        return line(this);
      },
      configurable: true,
      writable: true,
    });
  }
}

/** What was received, for the text of an error: a string has its quotes, so `"5"` is not read as 5. */
export function literal(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") return "a function";
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" && value !== null ? "an object" : String(value);
}
