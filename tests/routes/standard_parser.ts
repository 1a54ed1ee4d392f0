/** An event as a client dispatches it. */
export interface Dispatched {
  type: string;
  data: string;
  lastEventId: string;
}

/**
 * A client's parser, written from the standard, step by step:
 * https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export class StandardParser {
  readonly events: Dispatched[] = [];
  /** What the client sends as `Last-Event-ID` when it reconnects. */
  lastEventId = "";
  /** How long the client waits before it reconnects, in ms, if the stream has said so. */
  retry: number | undefined;
  #decoder = new TextDecoder();
  #line = "";
  /** Whether the last line ended with CR, so that an LF that follows belongs to it. */
  #afterCr = false;
  #data = "";
  #type = "";
  #id = "";

  /** Takes the next bytes of a connection. */
  feed(bytes: Uint8Array): void {
    this.feedText(this.#decoder.decode(bytes, { stream: true }));
  }

  /** Takes the next characters of a connection. */
  feedText(text: string): void {
    for (const character of text) {
      const isEnd = character === "\n" && this.#afterCr;
      this.#afterCr = character === "\r";
      if (isEnd) continue;
      if (character === "\n" || character === "\r") {
        const line = this.#line;
        this.#line = "";
        this.readLine(line);
      } else this.#line += character;
    }
  }

  /** Ends the connection: what is not complete is discarded, and the next one begins anew. */
  reconnect(): void {
    this.#decoder = new TextDecoder();
    [this.#line, this.#afterCr, this.#data, this.#type] = ["", false, "", ""];
    this.#id = this.lastEventId;
  }

  protected readLine(line: string): void {
    if (line === "") return this.#dispatch();
    const colon = line.indexOf(":");
    if (colon === 0) return;
    if (colon < 0) return this.#readField(line, "");
    const value = line.slice(colon + 1);
    this.#readField(line.slice(0, colon), value.startsWith(" ") ? value.slice(1) : value);
  }

  #readField(field: string, value: string): void {
    if (field === "event") this.#type = value;
    if (field === "data") this.#data += value + "\n";
    if (field === "id" && !value.includes("\0")) this.#id = value;
    if (field === "retry" && /^[0-9]+$/.test(value)) this.retry = Number(value);
  }

  #dispatch(): void {
    this.lastEventId = this.#id;
    const [data, type] = [this.#data, this.#type];
    [this.#data, this.#type] = ["", ""];
    if (data === "") return;
    this.events.push({
      type: type || "message",
      data: data.slice(0, -1),
      lastEventId: this.lastEventId,
    });
  }
}

/** Keeps part of a line and of an event over a reconnect, as WebKit and old ones of npm do. */
export class KeepingParser extends StandardParser {
  override reconnect(): void {}
}

/** Takes an id as soon as its line is complete, as `@microsoft/fetch-event-source` does. */
export class HastyParser extends StandardParser {
  protected override readLine(line: string): void {
    super.readLine(line);
    if (line.startsWith("id: ")) this.lastEventId = line.slice(4);
  }
}
