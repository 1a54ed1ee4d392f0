import {
  block,
  chosen,
  type Coroutine,
  emit,
  record,
  simulate,
  spawn,
  summarize,
} from "@tenfold/loop";
import { assertEquals } from "@std/assert";

Deno.test("block: its task goes on first, however many are ready, in any order", () => {
  for (let count = 0; count <= 40; count++) {
    const trace = record();
    const order = chosen((ready) => ready.findLastIndex(({ name }) => name !== "main"));
    simulate(
      function* () {
        for (let n = 0; n < count; n++) yield* spawn(emit(n));
        yield* block(1);
        yield* emit("blocker");
      }(),
      { trace, order },
    );
    assertEquals(summarize(trace.entries).emitted[0], "blocker");
  }
});

Deno.test("block: the tasks that were ready keep their order", () => {
  for (let count = 0; count <= 40; count++) {
    const trace = record();
    simulate(
      function* () {
        for (let n = 0; n < count; n++) yield* spawn(emit(n));
        yield* block(1);
        yield* emit("blocker");
      }(),
      { trace },
    );
    const numbers = Array.from({ length: count }, (_, n) => n);
    assertEquals(summarize(trace.entries).emitted, ["blocker", ...numbers]);
  }
});

Deno.test("fifo: the ready tasks keep their order while their number grows and shrinks", () => {
  const trace = record();
  // Each task starts two: up to 128 are ready at once.
  function* wave(depth: number, name: string): Coroutine<void> {
    yield* emit(name);
    if (depth === 0) return;
    yield* spawn(wave(depth - 1, `${name}0`));
    yield* spawn(wave(depth - 1, `${name}1`));
  }
  simulate(wave(7, ""), { trace });
  const expected = Array.from(
    { length: 8 },
    (_, depth) =>
      Array.from(
        { length: 2 ** depth },
        (_, n) => depth === 0 ? "" : n.toString(2).padStart(depth, "0"),
      ),
  );
  assertEquals(summarize(trace.entries).emitted, expected.flat());
});
