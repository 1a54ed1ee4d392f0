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

Deno.test("summarize: ten sleeps of a second, side by side, are ten seconds of waiting in one", () => {
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

Deno.test("summarize: ten blocks of a second hold the thread for ten seconds", () => {
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

Deno.test("summarize: when no time passes the overlap is 0", () => {
  const { elapsed, waited, overlap } = figures(gather([sleep(0), sleep(0)]));
  assertEquals({ elapsed, waited, overlap }, { elapsed: 0, waited: 0, overlap: 0 });
});

Deno.test("summarize: a cancelled sleep counts for as long as it lasted", () => {
  const { elapsed, waited } = figures(function* () {
    const task = yield* spawn(sleep(1000));
    yield* sleep(10);
    task.cancel();
  }());
  assertEquals({ elapsed, waited }, { elapsed: 10, waited: 20 });
});

Deno.test("summarize: joining, gathering and pausing do not count as waiting", () => {
  const { waited } = figures(function* () {
    yield* yield* spawn(sleep(7));
    yield* pause();
  }());
  assertEquals(waited, 7);
});

Deno.test("summarize: gives the emitted values in order", () => {
  const trace = record();
  simulate(gather([emit("a"), emit(undefined), emit(3)]), { trace });
  assertEquals(summarize(trace.entries).emitted, ["a", undefined, 3]);
});

Deno.test("summarize: all figures of an empty log are 0", () => {
  const { elapsed, waited, steps, overlap } = summarize([]);
  assertEquals({ elapsed, waited, steps, overlap }, {
    elapsed: 0,
    waited: 0,
    steps: 0,
    overlap: 0,
  });
});
