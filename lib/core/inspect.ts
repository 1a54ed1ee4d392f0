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
