const LF = 10;
const CR = 13;
const ZERO = 48;
const NINE = 57;
const encoder = new TextEncoder();
const OK = encoder.encode("HTTP/1.1 200 ");
const DATA = encoder.encode("data: ");

/** The ten numbers, each once. */
const ALL = 0b11_1111_1111;

type Part = "head" | "size" | "chunk" | "trailer" | "end";

/**
 * Reads one response, byte by byte, and keeps of it no more than which numbers came: lines of the
 * body that are `data: ` and a digit.
 */
export class NumbersReader {
  #part: Part = "head";
  /** How many bytes of the head, or of a line of it, were read; of a chunk, how many are left. */
  #count = 0;
  #line = 0;
  /** How much of {@linkcode DATA} the line is so far, or -1 if it is something else. */
  #matched = 0;
  #number = -1;
  #seen = 0;
  #numbers = 0;

  /** Whether anything has arrived. */
  get begun(): boolean {
    return this.#count > 0 || this.#part !== "head";
  }

  /** Whether the response is complete. */
  get ended(): boolean {
    return this.#part === "end";
  }

  /**
   * Reads on.
   *
   * @returns How many numbers there were.
   * @throws {Error} If the response is not one of status 200 in chunks.
   */
  read(bytes: Uint8Array, length: number): number {
    const before = this.#numbers;
    for (let index = 0; index < length; index++) this.#byte(bytes[index]!);
    return this.#numbers - before;
  }

  /** @throws {Error} If it was not each of the ten numbers, once. */
  check(): void {
    if (this.#numbers === 10 && this.#seen === ALL) return;
    const seen = this.#seen.toString(2).padStart(10, "0");
    throw new Error(
      `expected ten numbers, received ${this.#numbers}, of 9876543210 these: ${seen}`,
    );
  }

  #byte(byte: number): void {
    switch (this.#part) {
      case "head":
        if (this.#count < OK.length && byte !== OK[this.#count]) throw new Error("expected a 200");
        this.#count++;
        if (this.#emptyLine(byte)) this.#begin("size");
        break;
      case "size":
        if (byte === LF) this.#begin(this.#count === 0 ? "trailer" : "chunk");
        else if (byte !== CR) this.#count = this.#count * 16 + digit(byte);
        break;
      case "chunk":
        if (this.#count-- > 0) this.#data(byte);
        // A chunk ends with CR and LF of its own.
        else if (byte === LF) this.#begin("size");
        break;
      case "trailer":
        if (this.#emptyLine(byte)) this.#begin("end");
        break;
      case "end":
        throw new Error("more than one response");
    }
  }

  #begin(part: Part): void {
    if (part !== "chunk") this.#count = 0;
    this.#line = 0;
    this.#part = part;
  }

  #emptyLine(byte: number): boolean {
    if (byte === LF) {
      const empty = this.#line === 0;
      this.#line = 0;
      return empty;
    }
    if (byte !== CR) this.#line++;
    return false;
  }

  #data(byte: number): void {
    if (byte === LF) {
      if (this.#number >= 0) {
        this.#numbers++;
        this.#seen |= 1 << this.#number;
      }
      this.#matched = 0;
      this.#number = -1;
    } else if (this.#matched === DATA.length) {
      const one = this.#number === -1 && byte >= ZERO && byte <= NINE;
      this.#number = one ? byte - ZERO : -2;
      if (!one) this.#matched = -1;
    } else if (this.#matched >= 0) {
      this.#matched = byte === DATA[this.#matched] ? this.#matched + 1 : -1;
    }
  }
}

function digit(byte: number): number {
  const value = byte <= NINE ? byte - ZERO : (byte | 0x20) - 87;
  if (value >= 0 && value < 16) return value;
  throw new Error("expected the response in chunks");
}
