import { Lengths } from "../../../../lib/core/wait-lengths.ts";
import type { Order, Picker, Task } from "../../../../lib/core/types.ts";
import { shuffled } from "../../../../lib/run/order.ts";
import type { Entry } from "../../../../lib/trace/entry.ts";
import type { AskedProgram, Choice } from "../../view/ran.ts";

/**
 * The order that a run was asked for, which notes what it chose. Picks that can't be made, as they are
 * of another program, are as if there were none.
 */
export class NotedOrder implements Order {
  /** The choices, in order. */
  readonly choices: Choice[] = [];
  /** For `replay`: what was picked, and how long the waits of uncertain length were. */
  readonly picks: number[] = [];
  readonly #asked: AskedProgram;
  readonly #seen: () => number;
  readonly #lengths: Lengths;
  /** The task that is in its step. */
  #running = 0;
  /** The ready tasks, in the places where an order that draws indices has them. */
  #ready: number[] = [];

  /** @param seen How many entries the log has. */
  constructor(asked: AskedProgram, seen: () => number) {
    this.#asked = asked;
    this.#seen = seen;
    this.#lengths = new Lengths(asked.order.by === "seed" ? asked.order.seed : 0);
  }

  start(): Picker {
    const pick = this.#picker();
    return {
      from: (tasks) => {
        const picked = pick(tasks);
        const ready = tasks.map(({ id }) => id);
        this.choices.push({ before: this.#seen(), at: this.picks.length, ready, picked });
        this.picks.push(picked);
        return picked;
      },
      length: (min, max) => {
        this.picks.push(this.#length(min, max));
        return this.picks.at(-1)!;
      },
    };
  }

  /** Is given the log of the run. */
  see(entry: Entry): void {
    const { type, task } = entry;
    if (type === "step") this.#running = task;
    // A task that pauses is ready at once.
    const isReady = type === "ready" || (type === "suspend" && entry.why === "pause");
    if (isReady) this.#ready.push(task);
    // A task that is cancelled before its first step ends while it is ready.
    if (type !== "step" && type !== "exit") return;
    const at = this.#ready.indexOf(task);
    if (at >= 0) this.#ready.splice(at, 1);
  }

  #picker(): (tasks: readonly Task<unknown>[]) => number {
    const { order, timing } = this.#asked;
    if (order.by === "fifo") return () => 0;
    if (order.by === "picks") {
      return ({ length }) => {
        const pick = order.picks[this.picks.length] ?? 0;
        return pick < length ? pick : 0;
      };
    }
    const { among } = shuffled(order.seed).start() as Extract<Picker, { among: unknown }>;
    if (timing === "any") return (tasks) => among(tasks.length);
    // `shuffled` swaps the one that it draws with the first, so that the rest stands in another order
    // than that in which they became ready, which is the order that it is asked in here.
    return (tasks) => {
      const drawn = among(tasks.length);
      const id = this.#ready[drawn]!;
      this.#ready[drawn] = this.#ready[0]!;
      this.#ready[0] = id;
      return tasks.findIndex((task) => task.id === id);
    };
  }

  #length(min: number, max: number): number {
    const { order } = this.#asked;
    if (order.by === "picks") {
      const pick = order.picks[this.picks.length] ?? min;
      return pick >= min && pick <= max ? pick : min;
    }
    return this.#lengths.draw(this.#running, min, max);
  }
}
