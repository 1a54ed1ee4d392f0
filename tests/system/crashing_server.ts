// The server as `main.ts` starts it, but its workers crash on demand: see `crashing_worker.ts`.

globalThis.Worker = class extends Worker {
  constructor(_url: string | URL, options?: WorkerOptions) {
    super(import.meta.resolve("./crashing_worker.ts"), options);
  }
};

await import("../../main.ts");
