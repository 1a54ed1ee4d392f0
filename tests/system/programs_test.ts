import {
  allSettled,
  type Coroutine,
  gather,
  now,
  run,
  simulate,
  sleep,
  spawn,
  taskGroup,
  timeout,
} from "@tenfold/loop";
import { cancelEverywhere, check } from "@tenfold/loop/testing";
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Cache } from "./programs/cache.ts";
import { crawl } from "./programs/crawler.ts";
import { schedule } from "./programs/cron.ts";
import { dine } from "./programs/philosophers.ts";
import { total } from "./programs/pipeline.ts";
import { Pool } from "./programs/pool.ts";
import { fastest } from "./programs/promises.ts";
import { follow } from "./programs/sse.ts";
import { supervise } from "./programs/supervisor.ts";
import { TokenBucket } from "./programs/token_bucket.ts";
import { listen } from "./programs/websocket.ts";

// What users write, in virtual time where no socket is needed. `install_test.ts` compiles it, too.

Deno.test("programs: a crawler visits each page once, four at a time, and tries again", () => {
  const links: Record<string, string[]> = {
    "/": ["/a", "/b", "/c", "/d", "/e"],
    "/a": ["/", "/b", "/lost"],
    "/b": ["/slow"],
  };
  const loads: string[] = [];
  let [loading, most] = [0, 0];
  function* load(url: string): Coroutine<string[]> {
    loads.push(url);
    most = Math.max(most, ++loading);
    try {
      yield* sleep(url === "/slow" ? 1500 : 100);
    } finally {
      loading--;
    }
    if (url === "/lost") throw new Error("404");
    return links[url] ?? [];
  }
  const pages = simulate(crawl("/", load));
  const errors = [...pages].flatMap(([url, page]) =>
    page instanceof Error ? [[url, page.name]] : []
  );
  assertEquals(errors, [["/lost", "Error"], ["/slow", "TimeoutError"]]);
  assertEquals(pages.get("/a"), links["/a"]);
  assertEquals([...pages.keys()].length, 8);
  assertEquals([most, loading], [4, 0]);
  const twice = ["/lost", "/slow"];
  assertEquals(loads.toSorted(), [...pages.keys(), ...twice].toSorted());
});

Deno.test("programs: a pipeline keeps its workers busy, and no more than it has room for", () => {
  const lines = Array.from({ length: 10 }, (_, n) => `${n}`);
  let read = 0;
  let ahead = 0;
  let parsed = 0;
  const source = {
    *next() {
      const value = lines[read++];
      ahead = Math.max(ahead, read - parsed);
      return value === undefined ? { done: true, value } : { done: false, value };
    },
  };
  function* parse(line: string): Coroutine<number> {
    yield* sleep(100);
    parsed++;
    return Number(line);
  }
  simulate(function* () {
    assertEquals(yield* total(source as never, parse), 45);
    assertEquals(yield* now(), 500);
  });
  assertEquals(ahead, 5); // Two in work, two in the queue, one that waits for room.
});

Deno.test("programs: a token bucket lets a burst through, and then one each interval", () => {
  simulate(function* () {
    const bucket = new TokenBucket(3, 100);
    yield* spawn(bucket.fill(), { daemon: true });
    const leaving = yield* spawn(function* () {
      for (let n = 0; n < 4; n++) yield* bucket.take();
    });
    function* request(): Coroutine<number> {
      yield* bucket.take();
      return yield* now();
    }
    yield* sleep(50);
    leaving.cancel("it waits for the fourth, which is there for the next");
    assertEquals(yield* gather([request(), request()]), [100, 200]);
    yield* sleep(1000);
    const all = yield* gather([request(), request(), request(), request()]);
    assertEquals(all, [1200, 1200, 1200, 1300]);
  });
});

Deno.test("programs: philosophers who all take the left fork first starve in some order", () => {
  assertThrows(() => check(() => dine(3, false)), Error, "fork 0");
  check(function* () {
    assertEquals(yield* dine(3, true), [0, 1, 2]);
  });
});

Deno.test("programs: a pool opens no more than it may, and closes what a failure leaves", () => {
  const open: number[] = [];
  let opened = 0;
  function* work(connection: number): Coroutine<number> {
    yield* sleep(100);
    if (connection === 2) throw new Error("broken");
    return connection;
  }
  simulate(function* () {
    const pool = new Pool(2, function* () {
      yield* sleep(10);
      open.push(++opened);
      return opened;
    }, function* (connection) {
      yield* sleep(10);
      open.splice(open.indexOf(connection), 1);
    });
    const users = Array.from({ length: 4 }, () => pool.use(work));
    const results = yield* allSettled([...users, timeout(50, pool.use(work))]);
    assertEquals(results.map(({ status }) => status === "fulfilled"), [
      true,
      false,
      true,
      true,
      false,
    ]);
    assertEquals(open, [1, 3]);
  });
});

Deno.test("programs: a pool can be cancelled everywhere, and all it has open is idle", () => {
  cancelEverywhere(() => {
    let open = 0;
    const pool = new Pool(1, function* () {
      yield* sleep(1);
      return ++open;
    }, function* () {
      open--;
    });
    const use = () => pool.use(() => sleep(5));
    return {
      target: use(),
      others: [use(), use()],
      check() {
        simulate(use());
        assertEquals(open, 1);
      },
    };
  });
});

Deno.test("programs: a cache loads once for all who ask, though the first is cancelled", () => {
  let loads = 0;
  simulate(taskGroup(function* (group) {
    const cache = new Cache(group, function* (key: string) {
      loads++;
      yield* sleep(100);
      if (loads === 1) throw new Error("503");
      return key.toUpperCase();
    });
    const failed = yield* allSettled([cache.get("a"), cache.get("a")]);
    assertEquals(failed.map(({ status }) => status), ["rejected", "rejected"]);
    const first = yield* spawn(cache.get("a"));
    const second = yield* spawn(cache.get("a"));
    yield* sleep(50);
    yield* first.halt();
    assertEquals([yield* second, yield* cache.get("a"), loads], ["A", "A", 2]);
    assertEquals(yield* now(), 200);
  }));
});

Deno.test("programs: a cron runs jobs at their times, day after day, also after one that failed", () => {
  const hour = 60 * 60 * 1000;
  const lines: string[] = [];
  let backups = 0;
  simulate(function* () {
    const jobs = [
      {
        name: "backup",
        at: 3 * hour,
        *work(): Coroutine<void> {
          yield* sleep(++backups === 1 ? 2 * hour : 60_000);
        },
      },
      {
        name: "report",
        at: 17.5 * hour,
        *work(): Coroutine<void> {
          throw new Error("no paper");
        },
      },
    ];
    const cron = schedule(jobs, new Date("2026-11-27T12:00:00Z"), (line) => lines.push(line));
    yield* timeout(48 * hour, cron, { else: undefined });
  });
  assertEquals(lines, [
    "2026-11-27T17:30:00.000Z report failed: no paper",
    `2026-11-28T03:00:00.000Z backup failed: timed out after ${hour} ms in task "backup[0]"`,
    "2026-11-28T17:30:00.000Z report failed: no paper",
    "2026-11-29T03:00:00.000Z backup is done",
  ]);
});

Deno.test("programs: a supervisor starts what fails anew, with what it had spawned ended", () => {
  const lines: string[] = [];
  let [beating, most] = [0, 0];
  function* heartbeat(): Coroutine<void> {
    most = Math.max(most, ++beating);
    try {
      yield* sleep(60_000);
    } finally {
      beating--;
    }
  }
  simulate(function* () {
    const [result] = yield* allSettled([supervise({
      *steady() {
        yield* heartbeat();
      },
      *flaky() {
        yield* spawn(heartbeat());
        yield* sleep(100);
        throw new Error("out of memory");
      },
    }, (line) => lines.push(line))]);
    assertEquals(result.status, "rejected");
    assertEquals(yield* now(), 100 + 1000 + 100 + 2000 + 100);
  });
  assertEquals(lines, [
    "flaky failed 1 times: Error: out of memory",
    "flaky failed 2 times: Error: out of memory",
  ]);
  assertEquals([most, beating], [2, 0]);
});

Deno.test("programs: promises race in coroutines, and the losers are aborted", async () => {
  const aborted: string[] = [];
  const controller = new AbortController();
  const get = (url: string, signal: AbortSignal) =>
    new Promise<string>((resolve, reject) => {
      if (url === "left") queueMicrotask(() => controller.abort("the user left"));
      if (url === "down") reject(new Error("down"));
      if (url === "up") resolve("hello");
      signal.addEventListener("abort", () => {
        aborted.push(url);
        reject(signal.reason);
      });
    });
  assertEquals(await fastest(["silent", "down", "up"], get), "hello");
  assertEquals(aborted, ["silent"]);
  const error = await assertRejects(() => fastest(["down", "down"], get), AggregateError);
  assertEquals(error.errors.length, 2);
  await assertRejects(() => fastest(["left"], get, controller.signal), Error, "the user left");
  assertEquals(aborted, ["silent", "left"]);
});

Deno.test("programs: a reader of events goes on where its connection broke", async () => {
  const asked: (string | null)[] = [];
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    const last = request.headers.get("last-event-id");
    asked.push(last);
    if (asked.length === 2) return new Response(null, { status: 503 });
    const id = Number(last ?? 0) + 1;
    if (id > 3) return new Response(null, { status: 204 });
    return new Response(`id: ${id}\ndata: ${"x".repeat(id)}\n\nid: 9\ndata: cut o`);
  });
  const heard: string[] = [];
  await run(follow(`http://127.0.0.1:${server.addr.port}`, function* ({ data }) {
    heard.push(data);
  }));
  assertEquals(heard, ["x", "xx", "xxx"]);
  assertEquals(asked, [null, "1", "1", "2", "3"]);
});

for (const [how, silence] of [["lost", 60_000], ["silent", 50]] as const) {
  Deno.test(`programs: a reader of a socket connects again when it is ${how}`, async () => {
    let connections = 0;
    const options = { port: 0, hostname: "127.0.0.1", onListen() {} };
    await using server = Deno.serve(options, (request) => {
      const { socket, response } = Deno.upgradeWebSocket(request);
      const connection = ++connections;
      socket.onmessage = ({ data }) => {
        socket.send(`${data} ${connection}`);
        if (how === "lost" && connection < 3) socket.close();
      };
      return response;
    });
    const heard: string[] = [];
    await run(function* () {
      const url = `ws://127.0.0.1:${server.addr.port}`;
      const reader = yield* spawn(listen(url, silence, function* (message) {
        heard.push(message);
        if (heard.length === 3) reader.cancel("heard enough");
      }));
      yield* reader.settled();
    });
    // A silent connection may be left before its first message is here.
    assertEquals([heard.length, new Set(heard).size], [3, 3], `${heard}`);
  });
}
