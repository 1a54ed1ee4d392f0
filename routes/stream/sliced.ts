import { type Demand, FLUSH_MS, type OpenBody, register, unregister } from "./registry.ts";

/**
 * The longest write, in bytes. `Deno.serve` takes a write whether the client reads or not, and asks
 * for the next one when less than this waits in its buffer. The rest waits here, where it counts.
 */
export const MAX_WRITE = 16 * 1024;

/** After how many sweeps a client that reads nothing is dropped: 30 s, as long as proxies wait. */
export const STALL_SWEEPS = 30;

/** A body whose bytes are known, sent slice by slice as the client reads them. */
class SlicedBody implements OpenBody, UnderlyingDefaultSource<Uint8Array<ArrayBuffer>> {
  readonly demand: Demand;
  #rest: Uint8Array<ArrayBuffer>;
  /** `undefined` once the client has everything, was dropped or has left. */
  #controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>> | undefined;
  readonly #ended = Promise.withResolvers<void>();
  /** Sweeps since the client last read. */
  #idleSweeps = 0;

  constructor(bytes: Uint8Array<ArrayBuffer>, demand: Demand) {
    this.demand = demand;
    this.#rest = bytes;
    register(this);
  }

  start(controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>): void {
    this.#controller = controller;
  }

  /** The client has taken all slices so far. */
  pull(): void {
    if (this.#rest.length === 0) return this.#end()?.close();
    this.#idleSweeps = 0;
    this.#controller?.enqueue(this.#rest.subarray(0, MAX_WRITE));
    this.#rest = this.#rest.subarray(MAX_WRITE);
  }

  /** The client has left. */
  cancel(): void {
    this.#end();
  }

  stop(): Promise<void> {
    // It ends by itself, and soon.
    return this.#ended.promise;
  }

  cut(): void {
    this.#end()?.close();
  }

  sweep(): "dropped" | undefined {
    if (++this.#idleSweeps < STALL_SWEEPS) return undefined;
    // The body is now shorter than its content-length, so the client sees that it was cut.
    this.#end()?.close();
    return "dropped";
  }

  #end(): ReadableStreamDefaultController<Uint8Array<ArrayBuffer>> | undefined {
    const controller = this.#controller;
    if (controller === undefined) return undefined;
    this.#controller = undefined;
    this.#rest = new Uint8Array();
    unregister(this);
    this.#ended.resolve();
    return controller;
  }
}

/**
 * A response that is cut after a text, by a content-length that it does not reach. Some clients take
 * a stream that ends for a run that has ended, and resume only one that was cut.
 */
export function cutResponse(text: string, headers: Record<string, string>): Response {
  const bytes = new TextEncoder().encode(text);
  let timer: ReturnType<typeof setTimeout>;
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(bytes);
      timer = setTimeout(() => controller.close(), FLUSH_MS);
    },
    cancel() {
      clearTimeout(timer);
    },
  });
  return new Response(body, { headers: { ...headers, "content-length": `${bytes.length + 1}` } });
}

/**
 * A response of known bytes that counts in the room until the client has read them.
 *
 * @param bytes The body, which must not be empty.
 * @param demand What it takes of the room.
 * @param init The status and headers.
 */
export function slicedResponse(
  bytes: Uint8Array<ArrayBuffer>,
  demand: Demand,
  init: ResponseInit = {},
): Response {
  const body = new ReadableStream(new SlicedBody(bytes, demand), { highWaterMark: 0 });
  const response = new Response(body, init);
  response.headers.set("content-length", String(bytes.length));
  return response;
}
