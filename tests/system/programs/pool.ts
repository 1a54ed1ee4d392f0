import { type Coroutine, Semaphore } from "@tenfold/loop";

/** Connections for tasks to share, no more than `size`, opened when there is need. */
export class Pool<C> {
  readonly #room: Semaphore;
  readonly #idle: C[] = [];
  readonly #open: () => Coroutine<C>;
  readonly #close: (connection: C) => Coroutine<void>;

  constructor(
    size: number,
    open: () => Coroutine<C>,
    close: (connection: C) => Coroutine<void>,
  ) {
    this.#room = new Semaphore(size, { name: "pool" });
    this.#open = open;
    this.#close = close;
  }

  /** Lends a connection. One that was in use at a failure, or a cancel, is closed. */
  *use<T>(work: (connection: C) => Coroutine<T>): Coroutine<T> {
    using _permit = yield* this.#room.acquire();
    const connection = this.#idle.pop() ?? (yield* this.#open());
    let isSound = false;
    try {
      const result = yield* work(connection);
      isSound = true;
      return result;
    } finally {
      if (isSound) this.#idle.push(connection);
      else yield* this.#close(connection);
    }
  }
}
