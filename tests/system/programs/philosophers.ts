import { type Coroutine, gather, Lock, pause } from "@tenfold/loop";

/** Philosophers at a round table, who share a fork with each neighbour. Gives who has eaten. */
export function* dine(count: number, isSafe: boolean): Coroutine<number[]> {
  const forks = Array.from({ length: count }, (_, n) => new Lock({ name: `fork ${n}` }));
  function* philosopher(seat: number): Coroutine<number> {
    let [first, second] = [seat, (seat + 1) % count];
    if (isSafe && first > second) [first, second] = [second, first];
    using _first = yield* forks[first]!.acquire();
    yield* pause();
    using _second = yield* forks[second]!.acquire();
    return seat;
  }
  return yield* gather(forks.map((_, seat) => philosopher(seat)), { name: "philosopher" });
}
