import { assert, assertEquals } from "@std/assert";
import { formatAll, formatValue } from "../../../../../routes/lab/browser/sandbox/format.ts";

Deno.test("formatValue: values are shown as a console would", () => {
  const circle: unknown[] = [1];
  circle.push(circle);
  for (
    const [value, text] of [
      ["a", "a"],
      [["a"], '["a"]'],
      [undefined, "undefined"],
      [null, "null"],
      [-0, "-0"],
      [10n, "10n"],
      [Symbol("a"), "Symbol(a)"],
      [() => 1, "[function without a name]"],
      [class A {}, "[function A]"],
      [{ a: 1, "b c": [true] }, '{ a: 1, "b c": [true] }'],
      [{}, "{}"],
      [Object.create(null), "{}"],
      [
        new (class A {
          b = 1;
        })(),
        "A { b: 1 }",
      ],
      [new Map([["a", { b: 1 }]]), 'Map(1) { "a" => { b: 1 } }'],
      [new Set([1, 2]), "Set(2) { 1, 2 }"],
      [new RangeError("no"), "RangeError: no"],
      [[[[[1]]]], "[[[[…]]]]"],
      [circle, "[1, [circle]]"],
      [new Array(2), "[undefined, undefined]"],
      [new Uint8Array([1, 2]), "Uint8Array(2) [1, 2]"],
      [Array(30).fill(1), `[${"1, ".repeat(20)}… 10 more]`],
    ] as const
  ) {
    assertEquals(formatValue(value), text);
  }
});

Deno.test("formatValue: nothing that a value does can break it", () => {
  const hostile = {
    get a(): never {
      throw new Error("no");
    },
  };
  assertEquals(formatValue(hostile), "[object]");
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  assertEquals(formatValue(proxy), "[object]");
  assertEquals(formatValue(Object.assign(new Error("x"), { toString: null })), "[object]");
});

Deno.test("formatAll: values stand beside each other, and a long text is cut", () => {
  assertEquals(formatAll(["a", 1, { b: "c" }]), 'a 1 { b: "c" }');
  const long = formatAll(["x".repeat(2_000)]);
  assert(long.length <= 500 && long.endsWith("…"));
});

Deno.test("formatAll: a text has places for values", () => {
  const cases: [unknown[], string][] = [
    [["%s is %d", "it", 7], "it is 7"],
    [["%s", "it", "and", 8], "it and 8"],
    [["100%% of %i", 2.5], "100% of 2"],
    [["%o %j", { a: 1 }, [1]], "{ a: 1 } [1]"],
    [["%cred", "color: red"], "red"],
    [["%s and %s", 1], "1 and %s"],
    [["%d", {}], "NaN"],
    [["50%"], "50%"],
    [["%s"], "%s"],
    [[1, "%s", 2], "1 %s 2"],
  ];
  for (const [values, text] of cases) assertEquals(formatAll(values), text);
});
