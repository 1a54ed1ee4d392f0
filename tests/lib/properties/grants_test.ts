import {
  type Coroutine,
  Event,
  gather,
  Lock,
  Queue,
  race,
  Semaphore,
  sleep,
  spawn,
  type Task,
  taskGroup,
  timeout,
} from "@tenfold/loop";
import { explore } from "@tenfold/loop/testing";
import { assert, assertEquals } from "@std/assert";
import { settled } from "../fixtures.ts";

// Two waits under a combinator, whose owner is cancelled, while another task grants all that is
// waited for: in every order, what was granted and not received is there for others.

/** What is waited for, and what became of it. */
class World {
  /** Has an item for a task that gets. */
  readonly full = new Queue<number>(2);
  /** Has no room for a task that puts. */
  readonly narrow = new Queue<number>(1);
  readonly lock = new Lock();
  readonly semaphore = new Semaphore(2);
  readonly event = new Event();
  joined!: Task<void>;
  readonly got: number[] = [];
  /** Whether the waits are over: for one that is cancelled, or lost, a grant comes too late. */
  isOver = false;
  /** Waits that received a grant all the same. */
  readonly late: string[] = [];
  /** How many puts are known to be done. */
  put = 0;

  /** Takes what is waited for, and grants it a millisecond later. */
  *grant(): Coroutine<void> {
    this.narrow.tryPut(0);
    const permits = [this.lock, this.semaphore, this.semaphore].map((pool) => pool.tryAcquire()!);
    yield* sleep(1);
    this.full.tryPut(1);
    this.full.tryPut(2);
    this.narrow.tryGet();
    for (const permit of permits) permit.release();
    this.event.set();
  }

  /** Notes that a task has received what another could use instead. */
  receive(what: string): void {
    if (this.isOver) this.late.push(what);
  }

  check(): void {
    assertEquals(this.late, []);
    assertEquals([this.lock.available, this.semaphore.available], [1, 2]);
    const left = itemsIn(this.full);
    assertEquals([...this.got, ...left].toSorted(), [1, 2], "each item once");
    // One that was put may be got by nobody here, so it lies there, whether its task knows or not.
    assert(itemsIn(this.narrow).length >= Math.min(this.put, 1));
  }
}

function itemsIn<T>(queue: Queue<T>): T[] {
  const items: T[] = [];
  for (let next = queue.tryGet(); next !== undefined; next = queue.tryGet()) items.push(next.value);
  return items;
}

type Wait = (world: World) => Coroutine<void>;

const WAITS: Record<string, Wait> = {
  *get(world) {
    world.got.push(yield* world.full.get());
    world.receive("an item");
  },
  *put(world) {
    yield* world.narrow.put(9);
    world.put++;
  },
  *lock(world) {
    using _permit = yield* world.lock.acquire();
    world.receive("the lock");
  },
  *semaphore(world) {
    using _permit = yield* world.semaphore.acquire();
    world.receive("a permit");
  },
  event: ({ event }) => event.wait(),
  sleep: () => sleep(1),
  *join({ joined }) {
    yield* joined;
  },
};

type Combine = (a: Coroutine<void>, b: Coroutine<void>, world: World) => Coroutine<unknown>;

/** Runs a member of a race, which is over when it has ended. */
function* deciding(wait: Coroutine<void>, world: World): Coroutine<void> {
  yield* wait;
  world.isOver = true;
}

const COMBINE: Record<string, Combine> = {
  race: (a, b, world) => race([deciding(a, world), deciding(b, world)]),
  gather: (a, b) => gather([a, b]),
  timeout: (a, b) => gather([timeout(1, a), b]),
  taskGroup: (a, b) =>
    taskGroup(function* (group) {
      yield* group.spawn(a);
      yield* b;
    }),
  "race in timeout": (a, b, world) => timeout(1, race([deciding(a, world), deciding(b, world)])),
  "gather in race": (a, b) => race([gather([a]), b]),
};

function* program(
  combine: Combine,
  one: Wait,
  other: Wait,
  at: number,
): Coroutine<void> {
  const world = new World();
  const granting = yield* spawn(world.grant());
  world.joined = granting;
  yield* sleep(0);
  const owner = yield* spawn(combine(one(world), other(world), world), { failure: "hold" });
  yield* sleep(at);
  world.isOver ||= owner.cancel();
  yield* owner.settled();
  yield* settled(granting);
  world.check();
}

for (const [name, combine] of Object.entries(COMBINE)) {
  Deno.test(`${name}: of any two waits, cancelled in any order, loses nothing that was granted`, () => {
    const waits = Object.entries(WAITS);
    let orders = 0;
    for (const [index, [first, one]] of waits.entries()) {
      for (const [second, other] of waits.slice(index)) {
        for (const at of [0, 1]) {
          const { schedules, complete, failure } = explore(() => program(combine, one, other, at));
          assertEquals([`${failure ?? ""}`, complete], ["", true], `${first}, ${second}, ${at}`);
          orders += schedules;
        }
      }
    }
    assert(orders > 500, `${orders}`);
  });
}
