import {
  block,
  emit,
  gather,
  pause,
  record,
  simulate,
  sleep,
  spawn,
  summarize,
} from "@tenfold/loop";
import { assertEquals } from "@std/assert";

/** The figures of a run, but for what it emitted. */
function figures(main: Parameters<typeof simulate>[0]) {
  const trace = record();
  simulate(main, { trace });
  const { emitted: _emitted, ...rest } = summarize(trace.entries);
  return rest;
}

Deno.test("ten sleeps of a second are ten seconds of waiting in one", () => {
  assertEquals(figures(gather(Array.from({ length: 10 }, () => sleep(1000)))), {
    elapsed: 1000,
    waited: 10_000,
    steps: 22,
    overlap: 10,
    held: 0,
    free: 1000,
    replayable: true,
  });
});

Deno.test("ten blocks of a second are ten held seconds", () => {
  const ten = function* () {
    for (let n = 0; n < 10; n++) yield* block(1000);
  };
  assertEquals(figures(ten()), {
    elapsed: 10_000,
    waited: 10_000,
    steps: 11,
    overlap: 1,
    held: 10_000,
    free: 0,
    replayable: true,
  });
});

Deno.test("when no time passes there is no overlap", () => {
  const { elapsed, waited, overlap } = figures(gather([sleep(0), sleep(0)]));
  assertEquals({ elapsed, waited, overlap }, { elapsed: 0, waited: 0, overlap: 0 });
});

Deno.test("a sleep that was cancelled counts for as long as it lasted", () => {
  const { elapsed, waited } = figures(function* () {
    const task = yield* spawn(sleep(1000));
    yield* sleep(10);
    task.cancel();
  }());
  assertEquals({ elapsed, waited }, { elapsed: 10, waited: 20 });
});

Deno.test("joining, gathering and pausing are not waiting", () => {
  const { waited } = figures(function* () {
    yield* yield* spawn(sleep(7));
    yield* pause();
  }());
  assertEquals(waited, 7);
});

Deno.test("what was emitted comes in order", () => {
  const trace = record();
  simulate(gather([emit("a"), emit(undefined), emit(3)]), { trace });
  assertEquals(summarize(trace.entries).emitted, ["a", undefined, 3]);
});

Deno.test("a log without entries sums up to nothing", () => {
  const { elapsed, waited, steps, overlap } = summarize([]);
  assertEquals({ elapsed, waited, steps, overlap }, {
    elapsed: 0,
    waited: 0,
    steps: 0,
    overlap: 0,
  });
});
