import { type Link, List, unlink } from "./list.ts";

/** Sleepers that were added one after another with the same deadline, in that order. */
class Bucket<Sleeper extends Link> extends List<Sleeper> {
  readonly deadline: number;
  readonly sequence: number;

  constructor(deadline: number, sequence: number) {
    super();
    this.deadline = deadline;
    this.sequence = sequence;
  }

  /** Empties the bucket, then calls `visit` with each sleeper, in order. */
  drain(visit: (sleeper: Sleeper) => void): void {
    let link: Link = this.nextLink;
    this.nextLink = this.prevLink = this;
    while (link !== this) {
      const next = link.nextLink!;
      link.nextLink = link.prevLink = null;
      visit(link as Sleeper);
      link = next;
    }
  }
}

/** With fewer empty buckets than this, looking for them costs more than they do. */
const MIN_COMPACTED = 32;

/**
 * Sleepers by (deadline, order of adding): a binary heap of buckets. Sleepers with equal deadlines
 * share a bucket, so ten thousand of them cost the heap one element, and one that is cancelled is
 * unlinked from its bucket without a search.
 */
export class Timers<Sleeper extends Link> {
  #heap: Bucket<Sleeper>[] = [];
  /** The bucket that was filled last: only it can take more. */
  #last: Bucket<Sleeper> | null = null;
  #sequence = 0;
  /** How many buckets in the heap have lost all their sleepers. */
  #empty = 0;

  /** How many buckets there are, empty ones included. */
  get size(): number {
    return this.#heap.length;
  }

  add(sleeper: Sleeper, deadline: number): void {
    let bucket = this.#last;
    if (bucket === null || bucket.deadline !== deadline) {
      bucket = this.#last = new Bucket(deadline, this.#sequence++);
      this.#push(bucket);
    } else if (bucket.isEmpty) {
      this.#empty--;
    }
    bucket.push(sleeper);
  }

  /** Takes out a sleeper before its deadline. */
  remove(sleeper: Sleeper): void {
    const { nextLink, prevLink } = sleeper;
    unlink(sleeper);
    if (nextLink !== prevLink) return;
    // Both neighbours are the bucket itself: it is empty now.
    if (++this.#empty * 2 > this.#heap.length && this.#empty > MIN_COMPACTED) this.#compact();
  }

  /** The earliest deadline, or `Infinity` if there is no sleeper. */
  peek(): number {
    const heap = this.#heap;
    while (heap.length > 0) {
      const bucket = heap[0]!;
      if (!bucket.isEmpty) return bucket.deadline;
      // Time must not move to a deadline that has no sleeper any more.
      this.#empty--;
      this.#pop();
    }
    return Infinity;
  }

  /** Takes out the sleepers of the earliest deadline, in order. */
  take(wake: (sleeper: Sleeper) => void): void {
    const deadline = this.peek();
    if (deadline === Infinity) return;
    do this.#pop().drain(wake); while (this.peek() === deadline);
  }

  #push(bucket: Bucket<Sleeper>): void {
    const heap = this.#heap;
    let at = heap.push(bucket) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      // A new bucket has the highest sequence, so only an earlier deadline moves it up.
      if (heap[parent]!.deadline <= bucket.deadline) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = bucket;
  }

  #pop(): Bucket<Sleeper> {
    const heap = this.#heap;
    const top = heap[0]!;
    const last = heap.pop()!;
    if (top === this.#last) this.#last = null;
    if (heap.length > 0) this.#sink(last, 0);
    return top;
  }

  #sink(bucket: Bucket<Sleeper>, at: number): void {
    const heap = this.#heap;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && precedes(heap[child + 1]!, heap[child]!)) child++;
      if (!precedes(heap[child]!, bucket)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = bucket;
  }

  #compact(): void {
    const kept = this.#heap.filter((bucket) => !bucket.isEmpty);
    this.#heap = kept;
    this.#empty = 0;
    this.#last = null;
    for (let at = (kept.length >> 1) - 1; at >= 0; at--) this.#sink(kept[at]!, at);
  }
}

function precedes(a: Bucket<Link>, b: Bucket<Link>): boolean {
  return a.deadline < b.deadline || (a.deadline === b.deadline && a.sequence < b.sequence);
}
