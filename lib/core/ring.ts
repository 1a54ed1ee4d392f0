/** Copied, because to fill an array takes longer, and many loops are short. */
const EMPTY: readonly undefined[] = Array.from({ length: 8 }, () => undefined);

/** A queue, first in, first out, in an array that is used as a ring and only grows. */
export class Ring<T> {
  #slots: (T | undefined)[] = EMPTY.slice();
  #mask = EMPTY.length - 1;
  #head = 0;
  /** How many elements there are. */
  length = 0;

  /** The element at the front. There must be one. */
  get first(): T {
    return this.#slots[this.#head]!;
  }

  /** Adds an element at the back. */
  push(element: T): void {
    if (this.length > this.#mask) this.#grow();
    this.#slots[(this.#head + this.length++) & this.#mask] = element;
  }

  /** Adds an element at the front. */
  unshift(element: T): void {
    if (this.length > this.#mask) this.#grow();
    this.#head = (this.#head - 1) & this.#mask;
    this.#slots[this.#head] = element;
    this.length++;
  }

  /** Takes the element at the front. There must be one. */
  shift(): T {
    const at = this.#head;
    const element = this.#slots[at]!;
    this.#slots[at] = undefined;
    this.#head = (at + 1) & this.#mask;
    this.length--;
    return element;
  }

  /** Brings an element to the front and puts the one that was there in its place. */
  swapToFront(index: number): void {
    const at = (this.#head + index) & this.#mask;
    const element = this.#slots[at];
    this.#slots[at] = this.#slots[this.#head];
    this.#slots[this.#head] = element;
  }

  /** Brings an element to the front and leaves the others in their order. */
  moveToFront(index: number): void {
    const element = this.#slots[(this.#head + index) & this.#mask];
    for (let at = index; at > 0; at--) {
      this.#slots[(this.#head + at) & this.#mask] = this.#slots[(this.#head + at - 1) & this.#mask];
    }
    this.#slots[this.#head] = element;
  }

  /** Drops the elements for which `isKept` is false. */
  filter(isKept: (element: T) => boolean): void {
    for (let left = this.length; left > 0; left--) {
      const element = this.shift();
      if (isKept(element)) this.push(element);
    }
  }

  /** The elements, from the front to the back. */
  toArray(): T[] {
    const elements: T[] = [];
    for (let index = 0; index < this.length; index++) {
      elements.push(this.#slots[(this.#head + index) & this.#mask]!);
    }
    return elements;
  }

  #grow(): void {
    const slots: (T | undefined)[] = this.toArray();
    while (slots.length < 2 * this.length) slots.push(undefined);
    this.#slots = slots;
    this.#mask = slots.length - 1;
    this.#head = 0;
  }
}
