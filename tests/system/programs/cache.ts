import { allSettled, type Coroutine, type Task, type TaskGroup } from "@tenfold/loop";

/** Keeps what was loaded. Tasks that ask for a key at the same time wait for the same load. */
export class Cache<K, V> {
  readonly #flights = new Map<K, Task<PromiseSettledResult<V>>>();
  readonly #group: TaskGroup;
  readonly #load: (key: K) => Coroutine<V>;

  /** Loads are tasks of the group: none ends because the task is cancelled that asked first. */
  constructor(group: TaskGroup, load: (key: K) => Coroutine<V>) {
    this.#group = group;
    this.#load = load;
  }

  *get(key: K): Coroutine<V> {
    let flight = this.#flights.get(key);
    if (flight === undefined) {
      flight = yield* this.#group.spawn(this.#fly(key), { daemon: true });
      this.#flights.set(key, flight);
    }
    const result = yield* flight;
    if (result.status === "fulfilled") return result.value;
    throw result.reason;
  }

  /** A failure reaches the tasks that wait, and is not kept. */
  *#fly(key: K): Coroutine<PromiseSettledResult<V>> {
    const [result] = yield* allSettled([this.#load(key)]);
    if (result.status === "rejected") this.#flights.delete(key);
    return result;
  }
}
