import { assertEquals } from "@std/assert";
import { lineAt, mask } from "../../../../../routes/lab/browser/sandbox/mask.ts";

Deno.test("mask: comments, strings, templates and regular expressions are blanked, code is not, in templates either", () => {
  for (
    const [source, code] of [
      ["a // b\nc", "a     \nc"],
      ["a /* b\nc */ d", "a     \n     d"],
      [`a("b" + 'c\\'' + d)`, `a(    +       + d)`],
      ["a(`b c\nd`) + e", "a(    \n  ) + e"],
      ["`${a} b ${c({ d: {} })} e` + f", "   a      c({ d: {} })     + f"],
      ["`${`${a}` + '`'} ${b}` + c", "      a   +        b   + c"],
      ["`\\${a} $ ${b}`", "           b  "],
      ["`never closed ${a", "                a"],
      ["`never closed\\", "              "],
      ["{ a(`b`) } }", "{ a(   ) } }"],
      ["a = /b'[/]\\//g.test(c)", "a =           .test(c)"],
      ["a / b / c", "a / b / c"],
      ["a = b\n/ c / d", "a = b\n/ c / d"],
      ["return /'/ + a", "return     + a"],
      ['"never closed\na', "             \na"],
      ["/* never closed\na", "               \n "],
      ["#!/usr/bin/env b\na", "                \na"],
    ] as const
  ) {
    assertEquals(mask(source), code);
    assertEquals(code.length, source.length, source);
  }
});

Deno.test("lineAt: lines are counted from 1", () => {
  const text = "ab\nc\n";
  assertEquals([0, 2, 3, 5].map((index) => lineAt(text, index)), [1, 1, 2, 3]);
});
