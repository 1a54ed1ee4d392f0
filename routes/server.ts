import app, { preload } from "./mod.ts";
import { site } from "./origin.ts";
import { drain, limits } from "./stream/registry.ts";

/** What a server needs to know to listen. */
export interface ServerOptions {
  /** The port; 0 for any that is free. */
  port: number;
  /** How many streams it may hold. */
  streams: number;
  /** Where clients reach it, if that is not where it listens. */
  url: string | undefined;
  /** Whether other threads listen on the same port. */
  isShared: boolean;
}

/** When to import the routes that no request has asked for yet, in ms: not during a cold start. */
const PRELOAD_DELAY_MS = 1000;

/** How long to wait before listening again after the listener has failed, in ms. */
const RELISTEN_DELAY_MS = 100;

/** The server of one thread. It listens again when its listener fails. */
export class Server {
  /** The port on which it listens. */
  readonly port: number;
  readonly #options: ServerOptions;
  #server: Deno.HttpServer<Deno.NetAddr>;
  #isStopping = false;

  /** @throws {Deno.errors.AddrInUse} If the port is taken. */
  constructor(options: ServerOptions) {
    limits.streams = options.streams;
    site.url = options.url;
    this.#options = options;
    this.#server = this.#listen(options.port);
    this.port = this.#server.addr.port;
    // With `setTimeout`, a cold start would take a sixth longer: for it, Deno 2.9 loads 22 modules of
    // Node's.
    AbortSignal.timeout(PRELOAD_DELAY_MS).onabort = () => preload();
  }

  /**
   * Stops listening and drains the streams.
   *
   * @returns When all clients have what there is for them. Their streams are open until the process
   * exits, which cuts them: see {@linkcode drain}.
   */
  async stop(): Promise<void> {
    this.#isStopping = true;
    // Stops listening. It does not resolve while a stream is open.
    this.#server.shutdown();
    await drain();
  }

  #listen(port: number): Deno.HttpServer<Deno.NetAddr> {
    const options = { port, reusePort: this.#options.isShared, onListen() {} };
    const server = Deno.serve(options, app.fetch);
    // Deno stops listening for good when one accept() fails, as it does when the process has no file
    // descriptor left. Connections that are open continue.
    server.finished.catch(() => setTimeout(() => this.#listenAgain(), RELISTEN_DELAY_MS));
    return server;
  }

  #listenAgain(): void {
    if (this.#isStopping) return;
    try {
      this.#server = this.#listen(this.port);
    } catch {
      setTimeout(() => this.#listenAgain(), RELISTEN_DELAY_MS);
    }
  }
}
