import {
  allSettled,
  any,
  asCompleted,
  block,
  type Coroutine,
  emit,
  forEach,
  gather,
  Lock,
  now,
  pause,
  Queue,
  race,
  retry,
  run,
  shield,
  simulate,
  sleep,
  sleepBetween,
  sleepUntil,
  spawn,
  type Task,
  taskGroup,
  TaskLocal,
  timeout,
  until,
  wait,
} from "@tenfold/loop";
import { OPERATIONS } from "../../../lib/lint/library.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";

// The compiler refuses an `await` as well; this is for JavaScript, and what is hidden behind `any`.
// deno-lint-ignore no-explicit-any
const anything = (value: unknown): any => value;

function* work(): Coroutine<number> {
  yield* pause();
  return 1;
}

/** All functions of the library that return a coroutine, and some methods. */
const ALL: Record<(typeof OPERATIONS)[number] | `${string}.${string}`, () => Coroutine<unknown>> = {
  sleep: () => sleep(1000),
  sleepBetween: () => sleepBetween(1, 2),
  sleepUntil: () => sleepUntil(1),
  block: () => block(1),
  emit: () => emit(1),
  pause,
  now,
  spawn: () => spawn(work()),
  until: () => until(Promise.resolve()),
  "until.wait": () => until(() => Promise.resolve(), { wait: true }),
  "local.run": () => new TaskLocal(1).run(2, work()),
  shield: () => shield(work()),
  gather: () => gather([work()]),
  "gather.limit": () => gather([work], { limit: 1 }),
  any: () => any([work()]),
  allSettled: () => allSettled([work()]),
  retry: () => retry(work),
  race: () => race([work()]),
  wait: () => wait([work()]),
  timeout: () => timeout(1, work()),
  taskGroup: () => taskGroup(work),
  forEach: () => forEach(ReadableStream.from([]), work),
  "queue.get": () => new Queue(1).get(),
  "queue.next": () => new Queue(1).next(),
  "queue.put": () => new Queue<number>(1).put(1),
  "lock.acquire": () => new Lock().acquire(),
};

const REFUSED =
  "await: expected a promise, received a coroutine; use yield* in a function*, await run(coroutine) elsewhere";

for (const [name, make] of Object.entries(ALL)) {
  Deno.test(`await: of ${name} is an error that says what to write`, async () => {
    await assertRejects(async () => await anything(make()), TypeError, REFUSED);
    await assertRejects(() => Promise.resolve(anything(make())), TypeError, REFUSED);
    await assertRejects(() => Promise.all([anything(make())]), TypeError, REFUSED);
    await assertRejects(() => Promise.resolve().then(() => anything(make())), TypeError, REFUSED);
  });
}

Deno.test("await: the error has the line of the await", async () => {
  async function mistaken() {
    await anything(sleep(1));
  }
  const { stack } = await assertRejects(mistaken, TypeError);
  assert(stack!.includes("mistaken"), stack);
});

Deno.test("await: of a task is an error that names it", async () => {
  const tasks: Task<number>[] = [];
  await run(function* () {
    tasks.push(yield* spawn(work(), { name: "worker" }));
  }());
  await assertRejects(
    async () => await anything(tasks[0]),
    TypeError,
    'received the task "worker"; use yield* in a function*, await its promise() elsewhere',
  );
  assertEquals(await tasks[0]!.promise(), 1);
});

Deno.test("await: of what asCompleted gives is an error", async () => {
  const nexts: Coroutine<number>[] = [];
  await run(function* () {
    nexts.push(...asCompleted([work()]));
    for (const next of nexts) yield* next;
  }());
  await assertRejects(async () => await anything(nexts[0]), TypeError, REFUSED);
});

Deno.test("await: what is refused can be run, printed, compared and kept", async () => {
  for (const make of Object.values(ALL)) {
    const coroutine = make();
    assert(Deno.inspect(coroutine, { getters: true, showHidden: true }).length > 0);
    assertEquals({ coroutine }, { coroutine });
    assertEquals(Object.keys(coroutine).includes("then"), false);
    assertEquals((await Promise.resolve({ coroutine })).coroutine, coroutine);
  }
  assertEquals(await run(gather([work(), sleep(1), shield(work())])), [1, undefined, 1]);
  assertEquals(simulate(gather([race([work()])])), [1]);
});

Deno.test("until: a coroutine is no promise", () => {
  assertThrows(() => until(anything(sleep(1))), TypeError, "received a coroutine");
  assertThrows(() => until(anything(gather([]))), TypeError, "received a coroutine");
});
