import { Agenda } from "./agenda.ts";
import type { Clock } from "../run/clock.ts";
import { deadlock } from "./reports.ts";
import { because, LimitError } from "./errors.ts";
import { mistaken } from "./iterator.ts";
import type { Order, Picker } from "../run/order.ts";
import { Slice } from "./slice.ts";
import { family, returned, threw } from "./lifecycle.ts";
import {
  DONE,
  INTERRUPTED,
  NEW,
  READY,
  READY_DOOMED,
  RESUME,
  RUNNING,
  running,
  RUNNING_DOOMED,
  type Step,
  SUSPENDED,
  WAITING,
} from "./suspension.ts";
import type { Driver, LoopTask } from "./task.ts";
import type { Entry } from "../trace/entry.ts";

type AnyTask = LoopTask<unknown>;

/** What a kernel needs before it can go on: nothing ever, the host's wake, or a breath. */
export type Need = "over" | "wake" | "breath";

/**
 * The loop itself: steps ready tasks, moves logical time, and stops when only the host can bring
 * more. It knows no host timer and no promise, and nothing of what is built on it.
 */
export class Kernel extends Agenda {
  /** Called when a step took far too long, with who it was, and how long in ms. */
  onHog: (who: string, ms: number) => void = () => {};

  readonly #order: Order;
  #picker: Picker = "first";
  readonly #slice = new Slice();
  /** How many steps there had been at the last look at the clock. */
  #looked = 0;
  #need: Need = "wake";
  /** Whether the task at the front is to go next, in any order. */
  #picked = false;

  constructor(
    main: Driver,
    clock: Clock,
    order: Order,
    trace: ((entry: Entry) => void) | undefined,
    maxSteps: number,
  ) {
    super(main, clock, trace, maxSteps);
    this.#order = order;
  }

  /** Starts the clock, the order and `main`. */
  begin(): void {
    this.time.begin();
    this.#picker = this.#order.start();
    if (this.tracer !== null) this.tracer.spawn(this.main);
    this.enqueue(this.main, NEW, null);
  }

  /**
   * Goes on until only the host can bring more.
   *
   * @param sliceEnd When to give the host a chance, in ms of {@linkcode hostTime}.
   * @param now What {@linkcode hostTime} is. Nobody looks at it if the slice has no end.
   */
  drain(sliceEnd: number, now = NaN): Need {
    // What an inner loop needs is kept at hand: an imported binding is looked up at each use.
    const { ready } = this;
    const suspended = SUSPENDED;
    const resume = RESUME;
    const context = running;
    const isReady = READY;
    const isRunning = RUNNING;
    const outer = context.task;
    this.draining = true;
    this.#slice.enter(sliceEnd, now);
    this.#looked = this.steps;
    try {
      for (;;) {
        try {
          do {
            while (this.fuel > 0) {
              this.fuel--;
              const task = ready.take();
              context.task = task;
              let step;
              if (task.stage === isReady) {
                task.stage = isRunning;
                if (this.tracer !== null) this.tracer.step(task);
                step = task.driver.next(resume);
              } else {
                step = this.#begin(task);
              }
              if (step !== suspended) this.#ended(task, step);
            }
            this.last = context.task;
            context.task = null;
          } while (this.#refuel());
          return this.#need;
        } catch (error) {
          const task = context.task;
          if (task === null) throw error;
          if (task.stage === WAITING) this.release(task);
          threw(task, error);
        }
      }
    } finally {
      context.task = outer;
      this.draining = false;
    }
  }

  /** Steps a task that is not simply resumed. */
  #begin(task: AnyTask): Step {
    const { stage, driver } = task;
    if (stage > INTERRUPTED) {
      // Cancelled before its start, or put into the queue by an operation driven by hand.
      if (stage >= DONE) this.ready.ended--;
      this.steps--;
      return SUSPENDED;
    }
    task.stage = stage === READY_DOOMED ? RUNNING_DOOMED : RUNNING;
    if (this.tracer !== null) this.tracer.step(task);
    if (stage === NEW) return driver.next(undefined);
    return stage === INTERRUPTED ? driver.throw(task.cancelled) : driver.next(RESUME);
  }

  /** A coroutine did something else than to suspend. */
  #ended(task: AnyTask, step: Step): void {
    if (!step.done) {
      // It yielded what is no suspension. The error is thrown where it did, to have its line.
      this.release(task);
      const mistake = mistaken(step.value);
      try {
        step = task.driver.throw(mistake);
      } catch (error) {
        // What `yield*` says of an iterator, an array's say, that can't be thrown into.
        const deaf = error instanceof TypeError && error.message.includes("'throw'");
        throw deaf ? mistake : error;
      }
      if (step === SUSPENDED) return;
      return this.#ended(task, step);
    }
    const { stage, waiting } = task;
    if (stage === RUNNING || stage === RUNNING_DOOMED) return returned(task, step.value);
    this.release(task);
    threw(task, new TypeError(`${waiting?.why ?? "pause"}: left without yield*`));
  }

  /** Grants the next steps, or says what the loop needs first. All that is rare happens here. */
  #refuel(): boolean {
    for (;;) {
      if (this.failure !== null) this.abandon(this.failure.error);
      if (this.cancels !== null) this.receiveCancels(this.cancels);
      if (this.over) return this.#needs("over");
      if (this.blocked !== null && !this.#unblock()) return false;
      if (this.turn === 0 && !this.#beginTurn()) return false;
      if (this.#slice.left <= 0 && !this.#lookAtClock()) return this.#needs("breath");
      if (this.steps >= this.limit) this.#exceed();
      else if (this.#picker === "first" || this.verdict !== null) {
        const most = Math.min(this.turn, this.#slice.window, this.limit - this.steps);
        return this.#grant(most);
      } else if (this.#picked || this.#pick(this.#picker)) return this.#grant(1);
    }
  }

  #needs(need: Need): false {
    this.#need = need;
    return false;
  }

  #grant(steps: number): true {
    this.#picked = false;
    this.fuel = steps;
    this.turn -= steps;
    this.steps += steps;
    this.#slice.left -= steps;
    return true;
  }

  /** A turn is as many steps as were ready when it began. */
  #beginTurn(): boolean {
    this.#need = "wake";
    if (this.time.isEarly()) return false;
    if (this.wakes.length > 0) this.receiveWakes();
    if (this.ready.length === 0) this.#advance();
    if (this.over) return this.#needs("over");
    this.turn = this.ready.length;
    return this.turn > 0;
  }

  /** Nothing is ready: on to the next deadline, if its time has come. */
  #advance(): void {
    const next = this.timers.peek();
    if (next < Infinity) {
      if (this.time.reach(next)) this.#wakeSleepers();
    } else if (this.time.outstanding === 0) {
      if (this.verdict === null) this.abandon(deadlock(this.main), "deadlock");
      // A second time, or with its cancel held back: nothing can be done for what is left.
      if (this.ready.length === 0) this.over = true;
    }
  }

  /** Readies the sleepers of the earliest deadline; of all that are due, where time is the wall's. */
  #wakeSleepers(): void {
    const { time, timers } = this;
    do timers.take(this.#wakeSleeper); while (time.mode === "wall" && timers.peek() <= time.now);
  }

  readonly #wakeSleeper = (task: AnyTask) => this.wake(task, "timer");

  /** The block is over, if its time has come: whoever blocked goes on first, in any order. */
  #unblock(): boolean {
    this.#need = "wake";
    if (!this.time.reach(this.blockedUntil)) return false;
    const task = this.blocked!;
    this.blocked = null;
    task.stage = READY;
    this.ready.putFirst(task);
    this.turn = 1;
    this.#picked = true;
    return true;
  }

  /** Once in a window of steps: whether the slice of time is not used up. */
  #lookAtClock(): boolean {
    if (this.time.mode === "wall") {
      this.time.enter(Infinity);
      if (this.timers.peek() <= this.time.now) this.#wakeSleepers();
    }
    const more = this.#slice.look(this.steps - this.#looked, this.#hog);
    this.#looked = this.steps;
    return more;
  }

  /** The loop goes idle: a last look at how long that took, and at the clock. */
  leave(): number {
    return this.#slice.leave(this.steps - this.#looked, this.#hog);
  }

  /** A task has held the thread for long. Which one is certain if it was the only one to run. */
  readonly #hog = (ms: number) => {
    const steps = this.steps - this.#looked;
    const who = steps <= 1 ? "" : `one of ${steps} steps, the last of them of `;
    this.onHog(`${who}"${this.last?.name}"`, ms);
  };

  /** The run has taken too many steps; or its cleanup has, after it was ended. */
  #exceed(): void {
    if (this.verdict === null) {
      const steps = `${this.limit} steps`;
      const hint = "does a task pause for ever?";
      this.abandon(new LimitError(`maxSteps: the run has not ended after ${steps}; ${hint}`));
      return;
    }
    const names = family(this.main).map(({ name }) => `"${name}"`).join(", ");
    because(this.verdict.error, new LimitError(`the cleanup of ${names} does not end`));
    this.over = true;
    this.turn = 0;
  }

  /** Brings the task that the order picks to the front, if there is one. */
  #pick(picker: Exclude<Picker, "first">): boolean {
    const { ready } = this;
    if (ready.ended > 0) {
      ready.dropEnded();
      this.turn = Math.min(this.turn, ready.length);
      if (this.turn === 0) return false;
    }
    try {
      ready.bringFirst(picker);
    } catch (error) {
      this.abandon(error);
    }
    return true;
  }
}
