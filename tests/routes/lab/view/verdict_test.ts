import { assertEquals, assertMatch } from "@std/assert";
import {
  block,
  type Coroutine,
  emit,
  fifo,
  gather,
  type Order,
  pause,
  record,
  replay,
  simulate,
} from "@tenfold/loop";
import type { Explored, Ran } from "../../../../routes/lab/view/ran.ts";
import {
  changedText,
  choiceText,
  exploredText,
  ranText,
} from "../../../../routes/lab/view/verdict.ts";

/** What became of a program here, as the page gets it from its worker. */
function ran(main: () => Coroutine<unknown>, order: Order = fifo()): Ran {
  const trace = record();
  const rest = { lines: [], choices: [], picks: [], remarks: [] };
  try {
    simulate(main(), { order, trace });
    return { entries: trace.entries, ...rest, ending: { kind: "done", text: "" } };
  } catch (error) {
    return { entries: trace.entries, ...rest, ending: { kind: "failed", text: String(error) } };
  }
}

function* say(word: string): Coroutine<void> {
  yield* emit(word);
}

Deno.test("exploredText: how many orders were tried, whether those are all, and whether one fails", () => {
  const text = (
    schedules: number,
    isComplete: boolean,
    failure?: Explored["failure"],
  ) => exploredText({ schedules, isComplete, failure });
  assertEquals(text(70, true), "All 70 orders tried: none ends in an error.");
  assertEquals(
    text(20_000, false),
    "20,000 orders tried, and there are more: none ends in an error.",
  );
  assertEquals(text(1, true), "There is one order: it ends in no error.");
  assertEquals(
    text(3, false, { kind: "failed", picks: [], text: "" }),
    "3 orders tried: number 3 is the first that ends in an error.",
  );
  assertEquals(
    text(1, false, { kind: "failed", picks: [], text: "" }),
    "1 order tried: it ends in an error.",
  );
});

Deno.test("changedText: both times where they differ, and none where no time passes", () => {
  assertEquals(changedText(10_000, 1000), "Changed: now 10.00 s, before 1.00 s.");
  assertEquals(changedText(5100, 5100), "Changed: 5.10 s, as before.");
  assertEquals(changedText(0, 0), "Changed.");
});

Deno.test("exploredText: of a program under no order there is nothing to say", () => {
  const ending = { kind: "endless", text: "main still runs" } as const;
  assertEquals(exploredText({ schedules: 0, isComplete: false, ending }), "");
});

Deno.test("ranText: a run that was stopped has not ended", () => {
  const endless = { ...ran(() => say("before")), ending: { kind: "endless", text: "" } as const };
  assertMatch(ranText(endless), /^It has not ended at 0\.00 s, after \d turn/);
});

Deno.test("choiceText: a choice that changes nothing to be seen is said to change nothing", () => {
  const program = () => gather([pause(), pause()]);
  assertEquals(
    choiceText(ran(program, replay([1])), ran(program), { schedules: 6, isComplete: true }),
    "Your order is one of 6. It prints the same, and takes as long, as first come, first served.",
  );
});

Deno.test("choiceText: what is printed, how it ends and how long it takes is said where it differs", () => {
  function* program(): Coroutine<void> {
    const said: string[] = [];
    function* write(word: string): Coroutine<void> {
      said.push(word);
      yield* say(word);
      if (said[0] === "b" && word === "a") throw new Error("too late");
      if (said[0] === "a" && word === "b") yield* block(10);
    }
    yield* gather([write("a"), write("b")]);
  }
  assertEquals(
    choiceText(ran(program, replay([1])), ran(program), { schedules: 2, isComplete: false }),
    "Your order is one of at least 2. First come, first served, it does not fail, and it prints “a · b”, and it takes 0.01 s.",
  );
});

Deno.test("choiceText: with one order there is nothing to choose", () => {
  const run = ran(() => say("a"));
  assertEquals(
    choiceText(run, run, { schedules: 1, isComplete: true }),
    "There was nothing to choose: there is one order.",
  );
});

Deno.test("ranText: how and when a run ended, and how many turns it took", () => {
  assertEquals(ranText(ran(() => say("a"))), "Finished at 0.00 s, after 1 turn on the thread.");
  const failing = ran(function* () {
    yield* block(20);
    throw new Error("no");
  });
  assertEquals(ranText(failing), "It fails at 0.02 s, after 2 turns on the thread.");
});
