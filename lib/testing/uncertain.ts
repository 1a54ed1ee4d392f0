import type { LoopTask } from "../core/task.ts";
import type { Standing } from "../core/timing.ts";
import { SleepBetween } from "../ops/sleep-between.ts";
import { SleepUntil } from "../ops/sleep.ts";
import type { SearchedTiming } from "./schedule.ts";
import { type Difference, Differences } from "./differences.ts";

// Waits of uncertain length, for a search: instead of lengths there are constraints on them.
//
// What is to be covered is what the loop does for all choices of lengths. When no task is ready, it
// goes to the earliest deadline and wakes all its sleepers together, and only those that fell
// asleep before. Here, a sleeper is woken when it takes its next step. Either nothing is ready:
// then a *round* begins, with a sleeper that none precedes. Or tasks are ready: then it joins the
// round, so both were woken together. A round that begins at the very time of the one before may
// be its end or come after it: the constraints cover both.
//
// One sleeper precedes another if its deadline is earlier, or if it is the same and the other one
// fell asleep when the first had been woken, or was about to be: then the wait of the other takes
// no time at all.

type AnyTask = LoopTask<unknown>;

interface Sleeper {
  readonly task: AnyTask;
  /** The instants at which it fell asleep, and at which its wait ends. */
  readonly start: number;
  readonly end: number;
  /** The round in which it fell asleep. */
  readonly round: number;
  /** Whether its wait may take no time. */
  readonly mayBeZero: boolean;
  /** The time it sleeps until, while it is open whether that has passed when it fell asleep. */
  until: number | null;
}

interface Round {
  /** The deadline of the sleeper that began it. */
  readonly deadline: number;
  readonly starter: Sleeper | null;
}

/** One way in which it can go on. */
interface Way {
  readonly sleeper: Sleeper;
  readonly standing: Standing;
  readonly constraints: readonly Difference[];
  /** The instant that is now in the round that it begins, `null` if it begins none. */
  readonly now: number | null;
}

/** Alternatives, each a list of constraints. One of them has to hold. */
type Need = readonly (readonly Difference[])[];

const atLeast = (to: number, from: number, ms = 0): Difference => ({ from, to, ms, strict: 0 });
const later = (to: number, from: number, ms = 0): Difference => ({ from, to, ms, strict: 1 });

/** Each of the alternatives, with more constraints. */
function both(constraints: readonly Difference[], need: Need): Need {
  return need.map((alternative) => [...constraints, ...alternative]);
}

function takesTime({ start, end, mayBeZero }: Sleeper): Need {
  return mayBeZero ? [[later(end, start)]] : [[]];
}

function takesNone({ start, end }: Sleeper): Difference {
  return atLeast(start, end);
}

/** The sleepers of a run, and what is known of when their waits end. */
export class UncertainTiming implements SearchedTiming {
  readonly #instants = new Differences();
  #sleepers: Sleeper[] = [];
  readonly #rounds: Round[] = [{ deadline: 0, starter: null }];
  /** The instant that is now. After a `block`, it is later than the round's deadline. */
  #now = 0;
  #ways: Way[] = [];
  /** The waits of uncertain length, in the order in which they began. */
  readonly #uncertain: { start: number; end: number; min: number; max: number }[] = [];

  add(task: AnyTask, deadline: number): void {
    task.nextLink = task.prevLink = task;
    const operation = task.blockedOn;
    const start = this.#now;
    const end = this.#instants.instant(start);
    let until: number | null = null;
    let [min, max] = [0, Infinity];
    if (operation instanceof SleepUntil) {
      until = operation.ms;
      this.#instants.add([atLeast(end, 0, until)]);
    } else {
      if (operation instanceof SleepBetween) {
        ({ min, max } = operation);
        this.#uncertain.push({ start, end, min, max });
      } else {
        min = max = deadline - task.kernel.time.now;
      }
      this.#instants.add([atLeast(end, start, min), atLeast(start, end, -max)]);
    }
    const round = this.#rounds.length - 1;
    this.#sleepers.push({ task, start, end, round, mayBeZero: min === 0, until });
  }

  remove(task: AnyTask): void {
    task.nextLink = task.prevLink = null;
    this.#sleepers = this.#sleepers.filter((sleeper) => sleeper.task !== task);
  }

  peek(): number {
    return Math.min(Infinity, ...this.#sleepers.map(({ end }) => this.#instants.at(end)));
  }

  candidates(isIdle: boolean): readonly AnyTask[] {
    this.#ways = isIdle ? this.#beginnings() : this.#sleepers.flatMap((each) => this.#joins(each));
    return this.#ways.map(({ sleeper }) => sleeper.task);
  }

  /** Whether a candidate goes before one whose deadline may be earlier. */
  overtakes(index: number, isIdle: boolean): boolean {
    if (!isIdle) return false;
    const [first, other] = [this.#ways[0]!, this.#ways[index]!];
    return this.#instants.at(first.sleeper.end) < this.#instants.at(other.sleeper.end);
  }

  wake(index: number): number {
    const way = this.#ways[index]!;
    const { sleeper } = way;
    this.#hold(way);
    this.remove(sleeper.task);
    return this.#instants.at(this.#now);
  }

  standings(task: AnyTask): readonly Standing[] {
    const sleeper = this.#sleepers.find((each) => each.task === task)!;
    this.#ways = [...this.#staysAsleep(sleeper), ...this.#joins(sleeper)];
    return this.#ways.map(({ standing }) => standing);
  }

  settle(_task: AnyTask, index: number): void {
    this.#hold(this.#ways[index]!);
  }

  block(ms: number): void {
    if (ms === 0) return;
    const begun = this.#now;
    this.#now = this.#instants.instant(begun);
    this.#instants.add([atLeast(this.#now, begun, ms), atLeast(begun, this.#now, -ms)]);
  }

  read(): number {
    return this.#instants.fix(this.#now);
  }

  /** How long the waits of uncertain length can have been, in ms, in the order of their begin. */
  lengths(): number[] {
    // A story is clearer if what need not be at the same time is not.
    for (let round = 1; round < this.#rounds.length; round++) {
      const [before, { deadline }] = this.#rounds.slice(round - 1, round + 1) as [Round, Round];
      if (!this.#instants.add([atLeast(deadline, before.deadline, 1)])) {
        this.#instants.add([later(deadline, before.deadline)]);
      }
    }
    const times = this.#instants.solve();
    return this.#uncertain.map(({ start, end, min, max }) =>
      Math.min(max, Math.max(min, times[end]! - times[start]!))
    );
  }

  get #round(): Round {
    return this.#rounds.at(-1)!;
  }

  /** The ways in which the next round can begin, that of the earliest deadline first. */
  #beginnings(): Way[] {
    const isLate = this.#now !== this.#round.deadline;
    const ways = this.#sleepers.flatMap((next) => {
      const needs: Need[] = this.#sleepers.filter((other) => other !== next)
        .map((other) => this.#precedes(next, other));
      const { end } = next;
      if (!isLate) return this.#waysOf(next, "woken", needs, end);
      return [
        ...this.#waysOf(next, "woken", [...needs, [[atLeast(this.#now, end)]]], this.#now),
        ...this.#waysOf(next, "woken", [...needs, [[later(end, this.#now)]]], end),
      ];
    });
    return ways.sort((a, b) => this.#instants.compare(a.sleeper.end, b.sleeper.end));
  }

  /** What has to hold if, when nothing is ready, one sleeper goes before another. */
  #precedes(next: Sleeper, other: Sleeper): Need {
    const inTime = atLeast(other.end, next.end);
    if (other.round >= next.round || !next.mayBeZero) return [[inTime]];
    // If the wait of the next takes no time, the other must not have been woken with its round.
    const notYet = [inTime, later(other.end, this.#rounds[next.round]!.deadline)];
    if (!other.mayBeZero) return [notYet];
    const newborn = [inTime, atLeast(this.#rounds[other.round]!.deadline, other.end)];
    return [notYet, ...both(newborn, this.#samePhase(other.round, next.round))];
  }

  /** The ways in which a sleeper was woken together with the one that began this round. */
  #joins(sleeper: Sleeper): Way[] {
    const { deadline, starter } = this.#round;
    if (starter === null || sleeper.round === this.#rounds.length - 1) return [];
    const together = atLeast(deadline, sleeper.end);
    if (starter.round >= sleeper.round) return this.#waysOf(sleeper, "woken", [[[together]]]);
    // The starter is the elder.
    const need: (readonly Difference[])[] = [[
      together,
      later(deadline, this.#rounds[sleeper.round]!.deadline),
    ]];
    if (starter.mayBeZero && sleeper.mayBeZero) {
      const newborn = [together, atLeast(this.#rounds[starter.round]!.deadline, deadline)];
      need.push(...both(newborn, this.#samePhase(starter.round, sleeper.round)));
    }
    return this.#waysOf(sleeper, "woken", [need]);
  }

  /** The ways in which a sleeper was not woken together with the one that began this round. */
  #staysAsleep(sleeper: Sleeper): Way[] {
    const { deadline, starter } = this.#round;
    if (starter === null || sleeper.round === this.#rounds.length - 1) {
      return this.#waysOf(sleeper, "asleep", []);
    }
    const need: (readonly Difference[])[] = [[later(sleeper.end, deadline)]];
    if (starter.round < sleeper.round && sleeper.mayBeZero) {
      // It fell asleep in this very instant, and waits until that is over.
      const newborn = [atLeast(this.#rounds[sleeper.round]!.deadline, sleeper.end)];
      need.push(...both(newborn, takesTime(starter)));
      if (starter.mayBeZero) {
        newborn.push(takesNone(starter));
        need.push(...both(newborn, this.#otherPhase(starter.round, sleeper.round)));
      }
    }
    return this.#waysOf(sleeper, "asleep", [need]);
  }

  // When a wait that took no time ends, all that were ready before have gone: a new phase of the same
  // instant begins. For two rounds that are at the same time:

  /** What has to hold if they are in the same phase. */
  #samePhase(elder: number, younger: number): Need {
    let need: Need = [[]];
    for (let round = elder + 1; round <= younger; round++) {
      const starter = this.#rounds[round]!.starter!;
      if (starter.round >= elder) return [];
      const ways = [...takesTime(starter)];
      if (starter.mayBeZero) {
        ways.push(...both([takesNone(starter)], this.#otherPhase(starter.round, elder)));
      }
      need = need.flatMap((constraints) => both(constraints, ways));
    }
    return need;
  }

  /** What has to hold if the second is in a later one. */
  #otherPhase(elder: number, younger: number): Need {
    const need: (readonly Difference[])[] = [];
    for (let round = elder + 1; round <= younger; round++) {
      const starter = this.#rounds[round]!.starter!;
      if (starter.round >= elder) return [[]];
      if (starter.mayBeZero) {
        need.push(...both([takesNone(starter)], this.#samePhase(starter.round, elder)));
      }
    }
    return need;
  }

  /** The ways to meet all needs. */
  #waysOf(
    sleeper: Sleeper,
    standing: Standing,
    needs: readonly Need[],
    now: number | null = null,
  ): Way[] {
    const all = [...needs, ...this.#sleepers.flatMap((each) => this.#untilNeed(each))];
    const ways: Way[] = [];
    const meet = (index: number, constraints: readonly Difference[]): void => {
      if (!this.#instants.allows(constraints)) return;
      if (index === all.length) ways.push({ sleeper, standing, constraints, now });
      else for (const more of all[index]!) meet(index + 1, [...constraints, ...more]);
    };
    meet(0, []);
    return ways;
  }

  /** Until a time, or no time at all if that has passed. */
  #untilNeed({ until, start, end }: Sleeper): Need[] {
    if (until === null) return [];
    return [[[atLeast(0, end, -until)], [later(start, 0, until), atLeast(start, end)]]];
  }

  #hold({ sleeper, standing, constraints, now }: Way): void {
    this.#instants.add(constraints);
    for (const each of this.#sleepers) each.until = null;
    if (standing === "asleep" || now === null) return;
    this.#now = now;
    this.#rounds.push({ deadline: sleeper.end, starter: sleeper });
  }
}
