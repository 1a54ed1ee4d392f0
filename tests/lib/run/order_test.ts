import {
  chosen,
  type Coroutine,
  emit,
  fifo,
  gather,
  type Order,
  pause,
  record,
  replay,
  run,
  shuffled,
  simulate,
  sleep,
  spawn,
  summarize,
} from "@tenfold/loop";
import { random } from "../../../lib/core/random.ts";
import {
  assert,
  assertEquals,
  assertNotEquals,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";

/** What a row of tasks says that each say their letter `times` times, and pause in between. */
function said(letters: string, times: number, order: Order): string {
  const trace = record();
  simulate(
    gather([...letters].map(function* (letter): Coroutine<void> {
      for (let n = 0; n < times; n++) {
        if (n > 0) yield* pause();
        yield* emit(letter);
      }
    })),
    { order, trace },
  );
  return summarize(trace.entries).emitted.join("");
}

Deno.test("fifo: takes ready tasks in turn, and is the default", () => {
  assertEquals(said("abc", 3, fifo()), "abcabcabc");
  const trace = record();
  simulate(gather([emit(1), emit(2)]), { trace });
  assertEquals(summarize(trace.entries).emitted, [1, 2]);
});

Deno.test("shuffled: the same seed gives the same order, in two runs and from two calls", () => {
  const order = shuffled(7);
  const first = said("abcdefgh", 5, order);
  assertEquals(said("abcdefgh", 5, order), first);
  assertEquals(said("abcdefgh", 5, shuffled(7)), first);
  assertNotEquals(said("abcdefgh", 5, shuffled(8)), first);
});

Deno.test("shuffled: expects a seed of 32 bits", () => {
  for (const seed of [0, 1, 0xffff_ffff]) assertEquals(said("ab", 1, shuffled(seed)).length, 2);
  for (const seed of [-1, 0.5, 2 ** 32, NaN, Infinity]) {
    assertThrows(() => shuffled(seed), RangeError, `received ${seed}`);
  }
  assertThrows(() => shuffled("7" as unknown as number), RangeError, 'received "7"');
});

Deno.test("shuffled: gives each ready task the same chance, before every step", () => {
  const counts = new Map<string, number>();
  for (let seed = 0; seed < 6000; seed++) {
    const word = said("abc", 1, shuffled(seed));
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  assertEquals(counts.size, 6);
  // Mean 1000, standard deviation 29.
  for (const count of counts.values()) assert(Math.abs(count - 1000) < 150, `${count}`);
});

Deno.test("shuffled: a task may go on before others that have waited since", () => {
  const words = Array.from({ length: 200 }, (_, seed) => said("ab", 2, shuffled(seed)));
  assertEquals([...new Set(words)].sort(), ["aabb", "abab", "abba", "baab", "baba", "bbaa"]);
});

Deno.test("chosen: is given all ready tasks, in the order in which they became ready", () => {
  const shown: string[][] = [];
  simulate(
    function* () {
      for (const name of ["a", "b", "c"]) yield* spawn(pause(), { name });
    }(),
    {
      order: chosen((ready) => {
        shown.push(ready.map((task) => `${task.name} ${task.state}`));
        return ready.length - 1;
      }),
    },
  );
  assertEquals(shown, [
    ["a ready", "b ready", "c ready"],
    ["a ready", "b ready", "c ready"],
    ["a ready", "b ready"],
    ["a ready", "b ready"],
  ]);
});

Deno.test("chosen: is not called when there is no choice, nor for tasks cancelled before their start", () => {
  simulate(
    function* () {
      for (let n = 0; n < 5; n++) (yield* spawn(pause())).cancel();
      yield* pause();
      yield* sleep(1);
    }(),
    { order: chosen(() => assert(false) as never) },
  );
});

Deno.test("chosen: any index picks that task, and leaves the others in order", () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 19 }), { minLength: 20, maxLength: 20 }), (picks) => {
      const rest = Array.from({ length: 20 }, (_, index) => index);
      let turn = 0;
      const expected = picks.map((pick) => rest.splice(pick % rest.length, 1)[0]);
      const trace = record();
      simulate(gather([...Array(20).keys()].map((index) => emit(index))), {
        trace,
        order: chosen((ready) => picks[turn++]! % ready.length),
      });
      assertEquals(summarize(trace.entries).emitted, expected);
    }),
    { seed: 1 },
  );
});

Deno.test("chosen: an answer that is no index ends the run with an error", async () => {
  for (const answer of [-1, 2, 0.5, NaN, "0", undefined]) {
    const order = chosen(() => answer as number);
    const message = `order: expected an index from 0 to 1, received ${answer}`;
    assertThrows(() => simulate(gather([pause(), pause()]), { order }), RangeError, message);
    await assertRejects(() => run(gather([pause(), pause()]), { order }), RangeError, message);
  }
});

Deno.test("chosen: a function that throws ends the run with its error, after cleanup", () => {
  const error = new Error("no idea");
  let asked = 0;
  let cleaned = false;
  const caught = assertThrows(() =>
    simulate(
      function* () {
        try {
          yield* gather([sleep(1), sleep(1)]);
        } finally {
          yield* pause();
          cleaned = true;
        }
      }(),
      {
        order: chosen(() => {
          if (asked++ > 0) throw error;
          return 0;
        }),
      },
    )
  );
  assertStrictEquals(caught, error);
  assertEquals([asked, cleaned], [2, true]);
});

Deno.test("random: is mulberry32", () => {
  // As of the reference in C: 0.26642920868471265, 0.0003297457005828619, 0.2232720274478197.
  const next = random(0);
  assertEquals([next(), next(), next()].map((n) => Math.floor(n * 2 ** 32)), [
    1144304738,
    1416247,
    958946056,
  ]);
});

Deno.test("Order: an index out of range is an error that names the option, whatever gave it", () => {
  for (const index of [5, 2, -1, 0.5]) {
    for (const order of [replay([index]), { start: () => ({ among: () => index }) }]) {
      assertThrows(
        () => simulate(gather([pause(), pause()]), { order }),
        RangeError,
        `order: expected an index from 0 to 1, received ${index}`,
      );
    }
  }
});
