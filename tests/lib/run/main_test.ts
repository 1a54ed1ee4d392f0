import { Cancelled, type Coroutine, main, shield, sleep } from "@tenfold/loop";
import { assertEquals, assertRejects } from "@std/assert";
import { onFakeHost } from "../fixtures.ts";

/** Runs a test on a process whose signals and exit are the test's. */
async function onFakeProcess(
  test: (send: (signal: Deno.Signal) => void, exits: number[]) => Promise<void>,
): Promise<void> {
  const { addSignalListener, removeSignalListener, exit } = Deno;
  const listeners = new Map<string, () => void>();
  const exits: number[] = [];
  try {
    Object.assign(Deno, {
      addSignalListener: (signal: string, listener: () => void) => listeners.set(signal, listener),
      removeSignalListener: (signal: string) => listeners.delete(signal),
      exit: (code: number) => exits.push(code),
    });
    await test((signal) => listeners.get(signal)!(), exits);
    assertEquals(listeners.size, 0, "a listener is left");
  } finally {
    Object.assign(Deno, { addSignalListener, removeSignalListener, exit });
  }
}

/** Cleans up for 500 ms, catches what comes, and goes on for long. */
function* stubborn(log: string[]): Coroutine<void> {
  try {
    yield* sleep(60_000);
  } catch (error) {
    log.push((error as Cancelled).message);
    yield* sleep(500);
    log.push("went on");
    yield* sleep(60_000);
  } finally {
    log.push("cleaned up");
  }
}

for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
  Deno.test(`main: ${signal} cancels the program, and a second one ends it by force, past its catch`, async () => {
    await onFakeHost(async (pass) => {
      await onFakeProcess(async (send, exits) => {
        const log: string[] = [];
        const over = assertRejects(() => main(stubborn(log)), Cancelled);
        await pass(10);
        send(signal);
        await pass(1000);
        assertEquals(log, [`cancelled by the host: ${signal}`, "went on"]);
        send(signal);
        await pass(0);
        await over;
        assertEquals([log.slice(2), exits], [["cleaned up"], [code]]);
      });
    });
  });
}

Deno.test("main: a signal less than 500 ms after the first is its echo", async () => {
  await onFakeHost(async (pass) => {
    await onFakeProcess(async (send, exits) => {
      const log: string[] = [];
      const over = assertRejects(() => main(stubborn(log)), Cancelled);
      await pass(10);
      send("SIGINT");
      await pass(499);
      send("SIGINT");
      await pass(1);
      assertEquals(log.at(-1), "went on");
      send("SIGTERM");
      await over;
      // The first says why the process ends.
      assertEquals([log.at(-1), exits], ["cleaned up", [130]]);
    });
  });
});

Deno.test("main: a third signal ends the process, whatever is shielded", async () => {
  await onFakeHost(async (pass) => {
    await onFakeProcess(async (send, exits) => {
      const over = main(shield(sleep(60_000)));
      await pass(10);
      for (const signal of ["SIGINT", "SIGTERM", "SIGTERM"] as const) {
        assertEquals(exits, []);
        send(signal);
        // An echo counts for nothing.
        await pass(100);
        send(signal);
        await pass(900);
      }
      assertEquals(exits, [130]);
      // Here the process goes on.
      await pass(60_000);
      await over;
    });
  });
});

Deno.test("main: without a signal it is run, and leaves no listener", async () => {
  await onFakeProcess(async (_send, exits) => {
    assertEquals(
      await main(function* () {
        return 5;
      }()),
      5,
    );
    await assertRejects(
      () =>
        main(function* () {
          throw new Error("boom");
        }()),
      Error,
      "boom",
    );
    assertEquals(exits, []);
  });
});

Deno.test("main: where there are no signals it is run", async () => {
  const names = ["Deno", "process"].map((name) =>
    [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const
  );
  try {
    for (const [name] of names) {
      Object.defineProperty(globalThis, name, { value: undefined, configurable: true });
    }
    assertEquals(
      await main(function* () {
        yield* sleep(1);
        return 5;
      }()),
      5,
    );
  } finally {
    for (const [name, property] of names) {
      if (property !== undefined) Object.defineProperty(globalThis, name, property);
    }
  }
});
