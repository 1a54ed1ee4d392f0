import { AnyTiming, type Timing } from "../core/timing.ts";
import type { Order, Picker, Task } from "../core/types.ts";

/** One other choice than in the parent's schedule. After it each task goes on while it can. */
export interface Branch {
  parent: Branch | null;
  /** At which choice, counted from 0, and what was picked. */
  choice: number;
  pick: number;
  preemptions: number;
}

/** What a search needs of a timing. */
export interface SearchedTiming extends Timing {
  /** Whether to wake this candidate first is a preemption. */
  overtakes(index: number, isIdle: boolean): boolean;
}

/** Waits of any length: to end one before an earlier deadline, or while tasks are ready, counts. */
export class SearchedAnyTiming extends AnyTiming implements SearchedTiming {
  overtakes(index: number, isIdle: boolean): boolean {
    const deadline = this.deadlineOf(index);
    return deadline > this.now && (!isIdle || deadline > this.deadlineOf(0));
  }
}

/** One run: follows branches, notes the choices it did not take, and remembers its picks. */
export class Schedule implements Order {
  readonly picks: number[] = [];
  /** The choices that were not taken, after the last branch. */
  readonly alternatives: Branch[] = [];
  preemptions = 0;
  /** Whether there was a wait of uncertain length, which was given the least. */
  isUncertain = false;
  readonly #last: Branch | null;
  /** Those to come, the next at the end. */
  readonly #branches: Branch[] = [];
  readonly #timing: SearchedTiming | undefined;
  readonly #chance: (() => number) | undefined;
  #outOfRange = false;

  constructor(last: Branch | null, timing?: SearchedTiming, chance?: () => number) {
    this.#last = last;
    this.#timing = timing;
    this.#chance = chance;
    for (let link = last; link !== null; link = link.parent) this.#branches.push(link);
  }

  start(): Picker {
    return {
      from: (tasks, last) => this.#pick(tasks, last),
      length: (min, max) => this.#length(min, max),
    };
  }

  /** Whether the program did not come by where a branch is. */
  get diverged(): boolean {
    return this.#outOfRange || this.#branches.length > 0;
  }

  #pick(tasks: readonly Task<unknown>[], last: Task<unknown> | undefined): number {
    const ready = this.#timing === undefined ? tasks.length : countAwake(tasks);
    let ran = last === undefined ? -1 : tasks.indexOf(last);
    if (ran >= ready) ran = -1;
    const goOn = Math.max(0, ran);
    const pick = this.#chance === undefined
      ? this.#planned(tasks.length, goOn, ran, ready)
      : Math.floor(this.#chance() * tasks.length);
    if (this.#preempts(pick, ran, ready)) this.preemptions++;
    this.picks.push(pick);
    return pick;
  }

  #planned(count: number, goOn: number, ran: number, ready: number): number {
    const choice = this.picks.length;
    const branch = this.#branches.at(-1);
    if (branch === undefined) {
      for (let pick = 0; pick < count; pick++) {
        if (pick === goOn) continue;
        const preemptions = this.preemptions + (this.#preempts(pick, ran, ready) ? 1 : 0);
        this.alternatives.push({ parent: this.#last, choice, pick, preemptions });
      }
      return goOn;
    }
    if (branch.choice !== choice) return goOn;
    this.#branches.pop();
    this.#outOfRange ||= branch.pick >= count;
    return branch.pick;
  }

  /** The first of them are ready, the rest asleep, and the last step was that of `ran`. */
  #preempts(pick: number, ran: number, ready: number): boolean {
    if (ran >= 0) return pick !== ran;
    return pick >= ready && this.#timing!.overtakes(pick - ready, ready === 0);
  }

  #length(min: number, max: number): number {
    this.isUncertain = true;
    const chance = this.#chance;
    if (chance === undefined) return min;
    // Half of them from a few, so that waits often end at the same time.
    const part = chance() < 0.5 ? Math.floor(chance() * 5) / 4 : chance();
    const length = min + part * (max - min);
    const isWhole = Number.isInteger(min) && Number.isInteger(max);
    this.picks.push(isWhole ? Math.round(length) : length);
    return this.picks.at(-1)!;
  }
}

function countAwake(tasks: readonly Task<unknown>[]): number {
  const sleepers = tasks.findIndex(({ state }) => state === "suspended");
  return sleepers < 0 ? tasks.length : sleepers;
}
