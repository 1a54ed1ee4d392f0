/**
 * What a worker keeps: the language itself, and what the library asks its host for. Its policy closes
 * the network to it; this closes what a policy can't, such as the storage of this origin, and the
 * messages that only the sandbox itself may send.
 */
const KEPT: ReadonlySet<string> = new Set(
  `AggregateError Array ArrayBuffer AsyncDisposableStack BigInt BigInt64Array BigUint64Array Boolean
  DataView Date DisposableStack Error EvalError FinalizationRegistry Float16Array Float32Array
  Float64Array Function Infinity Int16Array Int32Array Int8Array InternalError Intl Iterator JSON Map
  Math NaN Number Object Promise Proxy RangeError ReferenceError Reflect RegExp Set String
  SuppressedError Symbol SyntaxError Temporal TypeError URIError Uint16Array Uint32Array Uint8Array
  Uint8ClampedArray WeakMap WeakRef WeakSet constructor decodeURI decodeURIComponent encodeURI
  encodeURIComponent eval globalThis isFinite isNaN parseFloat parseInt structuredClone undefined
  AbortController clearTimeout performance setTimeout`.split(/\s+/),
);

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
