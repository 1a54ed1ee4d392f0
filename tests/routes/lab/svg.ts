import { assert, assertEquals } from "@std/assert";

/** A rectangle of a path. */
export interface Box {
  x: number;
  end: number;
  y: number;
  height: number;
}

const BOX = /M([-\d.]+) ([-\d.]+)H([-\d.]+)v([-\d.]+)H([-\d.]+)z/g;

/** The rectangles of the path of a class, as the text of the SVG has them. */
export function boxes(svg: string, name: string): Box[] {
  const path = new RegExp(`<path class="${name}"[^>]* d="([^"]*)"/>`).exec(svg)?.[1] ?? "";
  assertEquals(path.replace(BOX, ""), "", "something else than rectangles");
  return [...path.matchAll(BOX)].map(([, ...numbers]) => {
    const [x, y, end, height, back] = numbers.map(Number) as [
      number,
      number,
      number,
      number,
      number,
    ];
    assert(back === x && x <= end && height > 0, `${numbers}`);
    return { x, end, y, height };
  });
}

/** The horizontal lines of the path of a class. */
export function lines(svg: string, name: string): { x: number; end: number; y: number }[] {
  const path = new RegExp(`<path class="${name}"[^>]* d="([^"]*)"/>`).exec(svg)?.[1] ?? "";
  return [...path.matchAll(/M([-\d.]+) ([-\d.]+)H([-\d.]+)/g)].map(([, x, y, end]) => ({
    x: Number(x),
    end: Number(end),
    y: Number(y),
  }));
}

/** The vertical lines of the path of a class. */
export function bars(svg: string, name: string): { x: number; y: number }[] {
  const path = new RegExp(`<path class="${name}"[^>]* d="([^"]*)"/>`).exec(svg)?.[1] ?? "";
  return [...path.matchAll(/M([-\d.]+) ([-\d.]+)v/g)].map(([, x, y]) => ({
    x: Number(x),
    y: Number(y),
  }));
}

/** What boxes cover of the axis: stretches that do not touch. */
export function covered(boxes: readonly Box[]): [number, number][] {
  const stretches: [number, number][] = [];
  for (const { x, end } of boxes.toSorted((a, b) => a.x - b.x || a.end - b.end)) {
    if (x === end) continue;
    const last = stretches.at(-1);
    if (last !== undefined && x <= last[1]) last[1] = Math.max(last[1], end);
    else stretches.push([x, end]);
  }
  return stretches;
}

/** Asserts that a text is XML: tags in pairs, attributes in quotes, each once, nothing loose. */
export function assertWellFormed(text: string): void {
  const open: string[] = [];
  const name = String.raw`[a-zA-Z][\w-]*`;
  const tag = new RegExp(`^<(/?)(${name})((?:\\s+${name}="[^"<]*")*)\\s*(/?)>$`);
  for (const [piece] of text.matchAll(/<[^>]*>|[^<]+/g)) {
    if (!piece.startsWith("<")) {
      assert(!/[>]|&(?!\w+;|#\d+;)/.test(piece), `loose: ${piece}`);
      continue;
    }
    const [, isEnd, element, attributes, isEmpty] = tag.exec(piece) ?? [];
    assert(element !== undefined, `no tag: ${piece}`);
    if (isEnd) assertEquals(open.pop(), element);
    else if (!isEmpty) open.push(element);
    const names = [...attributes!.matchAll(/([\w-]+)="/g)].map(([, name]) => name);
    assertEquals(new Set(names).size, names.length, piece);
  }
  assertEquals(open, []);
}

/** Asserts that each id is there once, and everything that is referred to. */
export function assertReferences(text: string): void {
  const ids = [...text.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id!);
  assertEquals(new Set(ids).size, ids.length, `${ids}`);
  const references = [
    ...[...text.matchAll(/url\(#([^)]*)\)/g)].map(([, id]) => id!),
    ...[...text.matchAll(/ aria-(?:labelledby|describedby)="([^"]*)"/g)].flatMap(([, ids]) =>
      ids!.split(" ")
    ),
  ];
  for (const id of references) assert(ids.includes(id), `nothing is called ${id}`);
}
