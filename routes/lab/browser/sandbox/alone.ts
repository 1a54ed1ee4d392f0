/**
 * What a worker keeps: the language itself, and what the library asks its host for. Its policy closes
 * the network to it; this closes what a policy can't, such as the storage of this origin, and the
 * messages that only the sandbox itself may send.
 */
const KEPT: ReadonlySet<string> = new Set([
  ..."AggregateError Array ArrayBuffer AsyncDisposableStack BigInt BigInt64Array BigUint64Array"
    .split(
      " ",
    ),
  ..."Boolean DataView Date DisposableStack Error EvalError FinalizationRegistry Float16Array"
    .split(
      " ",
    ),
  ..."Float32Array Float64Array Function Infinity Int16Array Int32Array Int8Array Intl".split(" "),
  ..."InternalError Iterator JSON Map Math NaN Number Object Promise Proxy RangeError".split(" "),
  ..."ReferenceError Reflect RegExp Set String SuppressedError Symbol SyntaxError Temporal".split(
    " ",
  ),
  ..."TypeError URIError Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap".split(" "),
  ..."WeakRef WeakSet constructor decodeURI decodeURIComponent encodeURI encodeURIComponent".split(
    " ",
  ),
  ..."eval globalThis isFinite isNaN parseFloat parseInt structuredClone undefined".split(" "),
  ..."AbortController clearTimeout performance setTimeout".split(" "),
]);

/** Takes everything else from the global object, for good. */
export function leaveAlone(): void {
  for (
    let object: object = globalThis;
    object !== null && object !== Object.prototype;
    object = Object.getPrototypeOf(object)
  ) {
    for (const name of Object.getOwnPropertyNames(object)) {
      if (!KEPT.has(name)) Reflect.deleteProperty(object, name);
    }
  }
}
