import { random } from "../../lib/core/random.ts";

/** A request that passed the proxy. */
export interface Asked {
  method: string;
  lastEventId: string | undefined;
}

/**
 * Where a connection is cut: after a number of bytes of its first response, without the head, or
 * after the first match of a pattern in it. An event is one chunk of a response, so a pattern within
 * one event matches.
 */
export type Cut = number | RegExp;

/** A TCP proxy that cuts connections at given places. */
export class Cutter implements AsyncDisposable {
  readonly url: string;
  /** The requests, in order. */
  readonly requests: Asked[] = [];
  /** What has reached the clients, one character for each byte. */
  received = "";
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  #to!: Deno.ConnectOptions;
  readonly #cuts: Cut[];
  readonly #open = new Set<Deno.Conn>();
  readonly #serving: Promise<void>;

  /**
   * @param url The server behind the proxy.
   * @param cuts The cut of each connection. Later connections have no limit.
   */
  constructor(url: string, cuts: readonly Cut[]) {
    this.forward(url);
    this.#cuts = [...cuts];
    this.url = `http://127.0.0.1:${this.#listener.addr.port}`;
    this.#serving = this.#serve();
  }

  /** Has new connections go to another server. */
  forward(url: string): void {
    const { hostname, port } = new URL(url);
    this.#to = { hostname, port: Number(port) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const connection of this.#open) close(connection);
    await this.#serving;
  }

  async #serve(): Promise<void> {
    const passing: Promise<void>[] = [];
    for await (const client of this.#listener) passing.push(this.#pass(client));
    await Promise.all(passing);
  }

  async #pass(client: Deno.Conn): Promise<void> {
    this.#open.add(client);
    const server = await Deno.connect(this.#to).catch(() => undefined);
    if (server !== undefined) {
      this.#open.add(server);
      // When one side ends or is cut, both are closed.
      const ways = [this.#ask(client, server), this.#answer(server, client)].map((way) =>
        way.catch(() => {}).finally(() => [client, server].forEach(close))
      );
      await Promise.all(ways);
      this.#open.delete(server);
    }
    close(client);
    this.#open.delete(client);
  }

  async #ask(client: Deno.Conn, server: Deno.Conn): Promise<void> {
    let head = "";
    for await (const bytes of chunks(client)) {
      const heads = (head + LATIN1.decode(bytes)).split("\r\n\r\n");
      head = heads.pop()!;
      for (const text of heads) {
        const lastEventId = /^last-event-id: *(.*)$/im.exec(text)?.[1];
        this.requests.push({ method: text.split(" ", 1)[0]!, lastEventId });
      }
      await write(server, bytes);
    }
  }

  async #answer(server: Deno.Conn, client: Deno.Conn): Promise<void> {
    let text = "";
    /** How many bytes of the connection reach the client. */
    let end: number | undefined;
    let cut: Cut | undefined;
    for await (const bytes of chunks(server)) {
      const before = text.length;
      text += LATIN1.decode(bytes);
      const head = text.indexOf("\r\n\r\n") + 4;
      // A connection counts once it is answered: browsers open some that they never use.
      if (head >= 4) cut ??= this.#cuts.shift() ?? Infinity;
      if (typeof cut === "number") end = head + cut;
      else if (cut !== undefined) {
        const match = cut.exec(text.slice(head));
        if (match !== null) end = head + match.index + match[0].length;
      }
      const passed = bytes.subarray(0, (end ?? Infinity) - before);
      await write(client, passed);
      this.received += LATIN1.decode(passed);
      if (end !== undefined && text.length >= end) return;
    }
  }
}

/**
 * Two places to cut a stream of ten numbers, which has some 800 bytes. Both leave bytes for the next
 * connection; the first may come before the first event is complete.
 */
export function twoCuts(seed: number): number[] {
  const next = random(seed);
  return [next(), next()].map((number) => 40 + Math.floor(number * 260));
}

/** The places of an event at which a connection can be cut, and a pattern of each. */
export const PLACES: readonly { place: string; pattern: (index: number) => RegExp }[] = [
  { place: "between events", pattern: (index) => new RegExp(`^id: .*\\.${index}\\n\\n`, "m") },
  { place: "inside the data", pattern: (index) => after(index - 1, "data: ") },
  { place: "after the data line", pattern: (index) => after(index - 1, "data: \\d+\\n") },
  { place: "inside the id", pattern: (index) => after(index - 1, "data: \\d+\\nid: 1-1") },
  { place: "after the id line", pattern: (index) => after(index - 1, "data: \\d+\\nid: .*\\n") },
];

/** The event after the one of an index, which may be in a chunk of its own, up to some text. */
function after(index: number, text: string): RegExp {
  return new RegExp(`^id: .*\\.${index}\\n\\n(\\r\\n[\\da-f]+\\r\\n)?${text}`, "m");
}

/** Decodes each byte to one character, so that lengths are in bytes. */
const LATIN1 = new TextDecoder("latin1");

async function* chunks(connection: Deno.Conn): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(16_384);
  for (let read; (read = await connection.read(buffer)) !== null;) yield buffer.subarray(0, read);
}

async function write(connection: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
}

function close(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch {
    // It was closed before.
  }
}
