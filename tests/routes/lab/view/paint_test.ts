import { assertEquals } from "@std/assert";
import { paint, paintLine } from "../../../../routes/lab/view/paint.ts";

/** The parts of a line that have a colour. */
function parts(text: string): string[] {
  return [...`${paint(text)}`.matchAll(/<span class="(\w+)">(.*?)<\/span>/g)]
    .map(([, kind, part]) => `${kind}: ${part}`);
}

Deno.test("paint: keywords, numbers, texts and comments have a colour, in both languages", () => {
  assertEquals(parts("const ten = yield* sleep(1_000); // one second"), [
    "keyword: const",
    "keyword: yield",
    "number: 1_000",
    "comment: // one second",
  ]);
  assertEquals(parts("async def main():  # starts"), [
    "keyword: async",
    "keyword: def",
    "comment: # starts",
  ]);
});

Deno.test("paint: what stands in a text is nothing else, and a private name no comment", () => {
  assertEquals(parts("log('for // 1') + `new`"), ["text: &#39;for // 1&#39;", "text: `new`"]);
  assertEquals(parts("this.#free = 1; form.of"), ["number: 1", "keyword: of"]);
});

Deno.test("paint: the text is the same, and none of it becomes markup", () => {
  for (const text of ["<b>\"x\" & 'y'</b>", "`${a < b}` // <i>", "", "  \t", '"open', "`a\\`b`"]) {
    const shown = `${paint(text)}`.replace(/<\/?span[^>]*>/g, "")
      .replace(
        /&(lt|gt|amp|quot|#39);/g,
        (_, name) => ({ lt: "<", gt: ">", amp: "&", quot: '"', "#39": "'" })[name as string]!,
      );
    assertEquals(shown, text);
  }
});

Deno.test("paintLine: a line has its number and a place for a chip", () => {
  assertEquals(
    `${paintLine("a < 1", 7)}`,
    '<li data-line="7"><span class="chip"></span><code>a &lt; <span class="number">1</span></code></li>',
  );
});
