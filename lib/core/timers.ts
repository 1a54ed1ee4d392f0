/** A place in one circular list: a sleeper, or the head of a run of sleepers. */
export interface Link {
  after: Link | null;
  before: Link | null;
}

/** Sleepers with the same deadline, added one after another, in that order. */
class Run implements Link {
  readonly deadline: number;
  readonly sequence: number;
  after: Link = this;
  before: Link = this;

  constructor(deadline: number, sequence: number) {
    this.deadline = deadline;
    this.sequence = sequence;
  }
}

/**
 * What waits for a time, by (deadline, order of adding). A binary heap of runs: coroutines that
 * sleep alike share a node, so ten thousand equal deadlines cost the heap one; and one that leaves
 * early unlinks itself from its run without searching.
 */
export class Timers<Sleeper extends Link> {
  #heap: Run[] = [];
  #last: Run | null = null;
  #sequence = 0;
  /** Runs in the heap that have lost all their sleepers. */
  #empty = 0;

  /** Adds a sleeper. */
  add(sleeper: Sleeper, deadline: number): void {
    let run = this.#last;
    if (run === null || run.deadline !== deadline) {
      run = this.#last = new Run(deadline, this.#sequence++);
      this.#push(run);
    } else if (run.after === run) {
      this.#empty--;
    }
    const before = run.before;
    sleeper.before = before;
    sleeper.after = run;
    before.after = sleeper;
    run.before = sleeper;
  }

  /** Takes out one that does not want to wait any more. */
  remove(sleeper: Sleeper): void {
    const { after, before } = sleeper as { after: Link; before: Link };
    before.after = after;
    after.before = before;
    sleeper.after = sleeper.before = null;
    if (after !== before) return;
    // Both neighbours are the run itself: it is empty now.
    if (++this.#empty * 2 > this.#heap.length && this.#empty > 32) this.#compact();
  }

  /** The earliest deadline, `Infinity` when nobody waits. */
  peek(): number {
    const heap = this.#heap;
    while (heap.length > 0) {
      const run = heap[0]!;
      if (run.after !== run) return run.deadline;
      // An empty run must not move time to a deadline nobody has.
      this.#empty--;
      this.#pop();
    }
    return Infinity;
  }

  /** Takes the sleepers of the earliest deadline, in order. */
  take(wake: (sleeper: Sleeper) => void): void {
    const deadline = this.peek();
    if (deadline === Infinity) return;
    do {
      const run = this.#pop();
      let link = run.after;
      while (link !== run) {
        const after = link.after!;
        link.after = link.before = null;
        wake(link as Sleeper);
        link = after;
      }
      run.after = run.before = run;
    } while (this.peek() === deadline);
  }

  #push(run: Run): void {
    const heap = this.#heap;
    let at = heap.push(run) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      // A new run has the highest sequence, so only an earlier deadline moves it up.
      if (heap[above]!.deadline <= run.deadline) break;
      heap[at] = heap[above]!;
      at = above;
    }
    heap[at] = run;
  }

  #pop(): Run {
    const heap = this.#heap;
    const top = heap[0]!;
    const last = heap.pop()!;
    if (top === this.#last) this.#last = null;
    if (heap.length > 0) this.#sink(last, 0);
    return top;
  }

  #sink(run: Run, at: number): void {
    const heap = this.#heap;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && precedes(heap[below + 1]!, heap[below]!)) below++;
      if (!precedes(heap[below]!, run)) break;
      heap[at] = heap[below]!;
      at = below;
    }
    heap[at] = run;
  }

  #compact(): void {
    const kept = this.#heap.filter((run) => run.after !== run);
    this.#heap = kept;
    this.#empty = 0;
    this.#last = null;
    for (let at = (kept.length >> 1) - 1; at >= 0; at--) this.#sink(kept[at]!, at);
  }
}

function precedes(a: Run, b: Run): boolean {
  return a.deadline < b.deadline || (a.deadline === b.deadline && a.sequence < b.sequence);
}
