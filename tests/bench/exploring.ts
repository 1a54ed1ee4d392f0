import { type Coroutine, gather, Lock, pause, sleepBetween } from "@tenfold/loop";
import { check, explore } from "@tenfold/loop/testing";
import { cell, grouped, interleaved, print, steady } from "./measure.ts";

const ROUNDS = 9;

type Program = () => Coroutine<unknown>;

function inSteps(tasks: number, steps: number): Program {
  function* stepping(): Coroutine<void> {
    for (let left = steps - 1; left > 0; left--) yield* pause();
  }
  return () => gather(Array.from({ length: tasks }, stepping));
}

/** Requests that are sent one after another, and answered in any order. */
function requests(count: number): Program {
  return function* () {
    yield* gather(Array.from({ length: count }, () => sleepBetween(10, 500)));
  };
}

/** Dijkstra's, the last of whom is left-handed. */
function philosophers(count: number): Program {
  return () => {
    const forks = Array.from({ length: count }, () => new Lock());
    function* philosopher(seat: number): Coroutine<void> {
      const own = [forks[seat]!, forks[(seat + 1) % count]!];
      if (seat === count - 1) own.reverse();
      using _first = yield* own[0]!.acquire();
      yield* pause();
      using _second = yield* own[1]!.acquire();
      yield* pause();
    }
    return gather(Array.from({ length: count }, (_, seat) => philosopher(seat)));
  };
}

/** Measures how many schedules `explore` tries. */
export async function exploring(): Promise<void> {
  const programs = [
    { program: inSteps(2, 5), schedules: 252, what: "2 tasks of 5 steps" },
    { program: inSteps(3, 3), schedules: 1680, what: "3 tasks of 3 steps" },
    { program: requests(4), schedules: 576, what: "4 requests of uncertain length" },
  ];
  const variants = programs.map(({ program, schedules }) => () =>
    steady(() => {
      const before = performance.now();
      const found = explore(program);
      if (found.schedules !== schedules || !found.complete) throw new Error("not all were tried");
      return Promise.resolve((performance.now() - before) * 1000 / schedules);
    }, 100)
  );
  const summaries = await interleaved(variants, ROUNDS);
  const rows = programs.map(({ schedules, what }, index) => [
    cell(summaries[index]!, 2),
    `${what}: ${schedules} schedules`,
  ]);
  print(
    `explore: µs for each schedule, all passing; median [minimum] of ${ROUNDS} rounds`,
    [["µs", "program"], ...rows],
  );
  const before = performance.now();
  const { schedules, completeTo } = check(philosophers(5), { maxPreemptions: 2 });
  const seconds = (performance.now() - before) / 1000;
  print("explore: five philosophers, none of whom starves; one run", [
    ["s", "schedules", "complete to"],
    [grouped(seconds, 2), grouped(schedules), `${completeTo} preemptions`],
  ]);
}
