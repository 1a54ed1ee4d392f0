import { Server, type ServerOptions } from "./server.ts";

// A thread of a server with several: see `main.ts`.

/** What the main thread sends. */
export type ToWorker = { type: "listen"; options: ServerOptions } | { type: "stop" };

/** What a worker sends: that it listens, that its clients have everything, or why it cannot listen. */
export type FromWorker =
  | { type: "listening"; port: number }
  | { type: "stopped" }
  | { type: "failed"; isInUse: boolean; message: string };

const main = globalThis as unknown as {
  postMessage(message: FromWorker): void;
  onmessage(event: MessageEvent<ToWorker>): void;
};

let server: Server | undefined;

main.onmessage = async ({ data }) => {
  if (data.type === "stop") {
    await server?.stop();
    return main.postMessage({ type: "stopped" });
  }
  try {
    server = new Server(data.options);
    main.postMessage({ type: "listening", port: server.port });
  } catch (error) {
    const isInUse = error instanceof Deno.errors.AddrInUse;
    main.postMessage({ type: "failed", isInUse, message: String(error) });
  }
};
