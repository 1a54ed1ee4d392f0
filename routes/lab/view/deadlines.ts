/** A stretch of a lane in which it may wait for a time. */
interface Stretch {
  lane: number;
  /** Where it ended, if it has. */
  to: number | undefined;
  until?: number | undefined;
}

interface Deadline<Mark extends Stretch> {
  until: number;
  mark: Mark;
}

/** When sleeping lanes are due: the earliest is found without a look at all of them. */
export class Deadlines<Mark extends Stretch> {
  /** A binary heap: each is due no later than the two below it. */
  readonly #heap: Deadline<Mark>[] = [];

  /** Adds what a mark waits for. It counts as long as the mark does so and is open. */
  add(mark: Mark, until: number): void {
    const heap = this.#heap;
    heap.push({ until, mark });
    for (let place = heap.length - 1; place > 0;) {
      const parent = (place - 1) >> 1;
      if (!isBefore(heap[place]!, heap[parent]!)) break;
      [heap[place], heap[parent]] = [heap[parent]!, heap[place]!];
      place = parent;
    }
  }

  /** The mark that is due first, if there is one. */
  get first(): Mark | undefined {
    while (this.#heap.length > 0) {
      const { until, mark } = this.#heap[0]!;
      if (mark.to === undefined && mark.until === until) return mark;
      this.#drop();
    }
    return undefined;
  }

  #drop(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    heap[0] = last;
    for (let place = 0;;) {
      let least = place;
      for (const child of [2 * place + 1, 2 * place + 2]) {
        if (child < heap.length && isBefore(heap[child]!, heap[least]!)) least = child;
      }
      if (least === place) return;
      [heap[place], heap[least]] = [heap[least]!, heap[place]!];
      place = least;
    }
  }
}

function isBefore(a: Deadline<Stretch>, b: Deadline<Stretch>): boolean {
  return a.until < b.until || a.until === b.until && a.mark.lane < b.mark.lane;
}
