import { type Coroutine, gather, pause } from "@tenfold/loop";
import { explore } from "@tenfold/loop/testing";
import { cell, interleaved, print, steady } from "./measure.ts";

const ROUNDS = 9;

function program(tasks: number, steps: number): () => Coroutine<unknown> {
  function* stepping(): Coroutine<void> {
    for (let left = steps - 1; left > 0; left--) yield* pause();
  }
  return () => gather(Array.from({ length: tasks }, stepping));
}

/** Measures how many schedules `explore` tries. */
export async function exploring(): Promise<void> {
  const programs = [
    { tasks: 2, steps: 5, schedules: 252 },
    { tasks: 3, steps: 3, schedules: 1680 },
  ];
  const variants = programs.map(({ tasks, steps, schedules }) => () =>
    steady(() => {
      const before = performance.now();
      const found = explore(program(tasks, steps));
      if (found.schedules !== schedules || !found.complete) throw new Error("not all were tried");
      return Promise.resolve((performance.now() - before) * 1000 / schedules);
    }, 100)
  );
  const summaries = await interleaved(variants, ROUNDS);
  const rows = programs.map(({ tasks, steps, schedules }, index) => [
    cell(summaries[index]!, 2),
    `${tasks} tasks of ${steps} steps: ${schedules} schedules`,
  ]);
  print(
    `explore: µs for each schedule, all passing; median [minimum] of ${ROUNDS} rounds`,
    [["µs", "program"], ...rows],
  );
}
