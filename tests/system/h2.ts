/** HTTP/2 without TLS, by prior knowledge: what `Deno.serve` also speaks on its port. */

const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const [HEADERS, SETTINGS] = [1, 4];
const END_STREAM_AND_HEADERS = 0x1 | 0x4;
const INITIAL_WINDOW_SIZE = 4;

const encoder = new TextEncoder();

/**
 * A connection whose requests are all sent at once and whose responses are never acknowledged: each
 * may send as many bytes as the window says, and then waits.
 */
export class UnreadConnection implements Disposable {
  readonly #connection: Deno.TcpConn;
  /** The statuses of the responses so far, of those that HPACK has in its static table. */
  readonly #reading: Promise<void>;
  bytes = 0;

  private constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
    this.#reading = this.#read();
  }

  /**
   * Opens a connection and sends the requests.
   *
   * @param url The server.
   * @param paths The path of each request. `Deno.serve` takes 200 at a time.
   * @param window How many bytes of each body the server may send.
   */
  static async open(
    url: string,
    paths: readonly string[],
    window: number,
  ): Promise<UnreadConnection> {
    const { hostname, port } = new URL(url);
    const connection = await Deno.connect({ hostname, port: Number(port) });
    const authority = `${hostname}:${port}`;
    const writer = connection.writable.getWriter();
    await writer.write(encoder.encode(PREFACE));
    const setting = [0, INITIAL_WINDOW_SIZE, ...bigEndian(window, 4)];
    await writer.write(frame(SETTINGS, 0, 0, setting));
    for (const [index, path] of paths.entries()) {
      // Literals without indexing: `:method: GET` and `:scheme: http` are entries 2 and 6.
      const block = [0x82, 0x86, ...literal(4, path), ...literal(1, authority)];
      await writer.write(frame(HEADERS, END_STREAM_AND_HEADERS, 2 * index + 1, block));
    }
    writer.releaseLock();
    return new UnreadConnection(connection);
  }

  [Symbol.dispose](): void {
    this.#connection.close();
  }

  /** Reads what comes, so that only the windows hold the server back. */
  async #read(): Promise<void> {
    const buffer = new Uint8Array(65_536);
    try {
      for (let n; (n = await this.#connection.read(buffer)) !== null;) this.bytes += n;
    } catch {
      // The connection was closed.
    }
  }
}

function frame(type: number, flags: number, stream: number, payload: number[]): Uint8Array {
  return Uint8Array.from([
    ...bigEndian(payload.length, 3),
    type,
    flags,
    ...bigEndian(stream, 4),
    ...payload,
  ]);
}

/** A header field whose name is an entry of HPACK's static table. */
function literal(name: number, value: string): number[] {
  const bytes = encoder.encode(value);
  if (bytes.length > 126) throw new RangeError(`expected at most 126 bytes, received ${value}`);
  return [name, bytes.length, ...bytes];
}

function bigEndian(value: number, length: number): number[] {
  return Array.from({ length }, (_, index) => (value >>> (8 * (length - 1 - index))) & 0xff);
}
