/** What the address of a page says of a program: in its fragment, which no server ever sees. */
export interface Shared {
  /** The program, if it is not the page's own. */
  source?: string | undefined;
  /** Whether there is a program that can't be read: an address that was cut, for example. */
  isBroken?: boolean | undefined;
  order?: OrderName | undefined;
  /** The seed, if it is drawn with one. */
  seed?: number | undefined;
  /** The picks, if the reader chose. */
  picks?: readonly number[] | undefined;
  /** Whether waits may take any time. */
  isAny?: boolean | undefined;
  /** Where in the run the page is. */
  position?: number | undefined;
}

/** Who goes first, as the page has it. */
export type OrderName = "fifo" | "seed" | "choose" | "every";

/** The longest text of a program that is read from a link: a longer one is no program to read. */
export const MAX_LENGTH = 20_000;

/** The fragment that says so, without its `#`: nothing if all is as the page has it anyway. */
export async function toFragment(shared: Shared): Promise<string> {
  const { source, order, seed, picks = [], isAny, position } = shared;
  const parts: string[] = [];
  if (source !== undefined) parts.push(`p=${await pack(source)}`);
  if (order !== undefined) {
    parts.push(`order=${[order, ...seed === undefined ? picks : [seed]].join(".")}`);
  }
  if (isAny) parts.push("any");
  if (position !== undefined) parts.push(`at=${Math.round(1000 * position) / 1000}`);
  return parts.join("&");
}

/**
 * What a fragment says; what is wrong in it is left out.
 *
 * @param most The longest text of a program that is read.
 */
export async function readFragment(fragment: string, most = MAX_LENGTH): Promise<Shared> {
  const query = new URLSearchParams(fragment.replace(/^#/, ""));
  const packed = query.get("p");
  const [, name, numbers = ""] = /^(fifo|seed|choose|every)((?:\.\d{1,10})*)$/
    .exec(query.get("order") ?? "") ?? [];
  const given = numbers.split(".").slice(1).map(Number);
  const at = query.get("at") ?? "";
  const source = packed === null ? undefined : await unpack(packed, most);
  return {
    source,
    isBroken: packed !== null && source === undefined,
    order: name as OrderName | undefined,
    seed: name === "seed" ? given[0] : undefined,
    picks: name === "choose" ? given : undefined,
    isAny: query.has("any") ? true : undefined,
    position: /^\d{1,5}(\.\d{1,3})?$/.test(at) ? Number(at) : undefined,
  };
}

async function pack(text: string): Promise<string> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** Reads no more than a program can have: a few bytes can be made to grow to gigabytes. */
async function unpack(packed: string, most: number): Promise<string | undefined> {
  // Not even an empty text makes no bytes.
  if (packed === "") return undefined;
  try {
    const binary = atob(packed.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"))
      .pipeThrough(new TextDecoderStream("utf-8", { fatal: true }));
    let text = "";
    for await (const part of stream) {
      text += part;
      if (text.length > most) return undefined;
    }
    return text;
  } catch {
    return undefined;
  }
}
