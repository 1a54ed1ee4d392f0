import { type Coroutine, Queue, sleep } from "@tenfold/loop";

/** Lets so many through at once, and then one each interval. */
export class TokenBucket {
  readonly #tokens: Queue<"token">;
  readonly #interval: number;

  constructor(burst: number, interval: number) {
    this.#tokens = new Queue(burst);
    this.#interval = interval;
    while (this.#tokens.tryPut("token"));
  }

  /** Waits for a token. One that a cancelled task did not receive is there for the next. */
  *take(): Coroutine<void> {
    yield* this.#tokens.get();
  }

  /** Fills it, for ever: run it as a daemon. */
  *fill(): Coroutine<never> {
    for (;;) {
      yield* sleep(this.#interval);
      this.#tokens.tryPut("token");
    }
  }
}
