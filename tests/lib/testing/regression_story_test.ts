// How a bug of timing is found, understood, mended, and kept from coming back. Read from the top.

import {
  type Coroutine,
  emit,
  gather,
  Lock,
  pause,
  replay,
  shield,
  simulate,
  sleep,
  spawn,
  timeout,
} from "@tenfold/loop";
import { explore } from "@tenfold/loop/testing";
import { assertEquals, assertThrows } from "@std/assert";

// 1. THE PROGRAM: a shop with one seat left. Coroutines share one thread, so nothing can come
// between two lines. Except where there is a `yield*`: here, between the look and the deed.

class Shop {
  free = 1;
  readonly lock = new Lock();
}

function* buy(shop: Shop): Coroutine<void> {
  if (shop.free === 0) return yield* emit("sold out");
  yield* emit("sees a free seat");
  yield* sleep(500); // pays
  shop.free--;
  yield* emit("has the seat");
}

/** What must never happen is a part of the program: it throws. */
function* twoCustomers(customer: (shop: Shop) => Coroutine<void>): Coroutine<void> {
  const shop = new Shop();
  function* comesLater(): Coroutine<void> {
    yield* sleep(500);
    yield* customer(shop);
  }
  const ann = yield* spawn(customer(shop), { name: "Ann" });
  const bob = yield* spawn(comesLater(), { name: "Bob" });
  yield* gather([ann, bob]);
  if (shop.free < 0) throw new Error("the seat was sold twice");
}

// 2. A TEST of the usual kind sees one order of steps. In the default one all is well: Ann has paid
// when Bob looks.

Deno.test("explore, a story: in the default order the seat is sold once", () => {
  simulate(twoCustomers(buy));
});

// 3. EXPLORE tries every order in which the ready tasks can take their steps, and stops at the
// simplest that fails. Printed, it is a story. Bob comes in the instant in which Ann pays, and is
// faster: he looks before she takes.

Deno.test("explore, a story: under some order the seat is sold twice", () => {
  const { failure } = explore(() => twoCustomers(buy));
  assertEquals(
    String(failure),
    `
ScheduleFailure: Error: the seat was sold twice, with 0 preemptions, after 1 schedule:
   0 ms  main  starts, spawns Ann, spawns Bob, waits for Ann and Bob
   0 ms  Ann   starts, emits sees a free seat, sleeps until 500 ms
   0 ms  Bob   starts, sleeps until 500 ms
 500 ms  Bob   is woken by the timer, emits sees a free seat, sleeps until 1000 ms
 500 ms  Ann   is woken by the timer, emits has the seat, is done
1000 ms  Bob   is woken by the timer, emits has the seat, is done
1000 ms  main  is woken by Bob, fails with Error: the seat was sold twice
replay: simulate(program(), { order: replay([0, 1]) })
`.trim(),
  );

  // 4. REPLAY: the same picks give the same failure, as often as a debugger needs it.
  const again = () => simulate(twoCustomers(buy), { order: replay(failure!.picks) });
  assertThrows(again, Error, "the seat was sold twice");
});

// 5. THE FIX: what belongs together gets a lock.

function* buyAlone(shop: Shop): Coroutine<void> {
  using _permit = yield* shop.lock.acquire();
  yield* buy(shop);
}

// 6. THE PROOF: none of the schedules failed, and complete says that there are no others.

Deno.test("explore, a story: with a lock the seat is sold once, under every order", () => {
  assertEquals(explore(() => twoCustomers(buyAlone)), { schedules: 4, complete: true });
});

// 7. A BUG OF CLEANUP: a seat is taken, and the bank, which sees to one customer at a time, says no.
// So the seat is given back, which takes a moment itself. For all of that there is a second.

function* ask(bank: Lock): Coroutine<void> {
  using _permit = yield* bank.acquire();
  yield* sleep(450);
}

function* pay(shop: Shop, bank: Lock): Coroutine<void> {
  shop.free--;
  try {
    yield* ask(bank);
    yield* emit("is declined");
    throw new Error("declined");
  } finally {
    yield* giveBack(shop);
  }
}

function* giveBack(shop: Shop): Coroutine<void> {
  yield* sleep(200); // writes to the ledger
  shop.free++;
  yield* emit("gave it back");
}

function* oneSecondToPay(customer: typeof pay): Coroutine<void> {
  const shop = new Shop();
  const bank = new Lock();
  function* comesLater(): Coroutine<void> {
    yield* pause();
    yield* ask(bank);
  }
  yield* spawn(comesLater(), { name: "Bob" });
  try {
    yield* timeout(1000, customer(shop, bank));
  } catch {
    // Declined, or too late: either way there must be a seat again.
  }
  if (shop.free !== 1) throw new Error("the seat is lost");
}

// In the default order Bob waits at the bank, and there is time enough. Had the time been up while
// the customer waited, all would be well, too: cleanup that a cancel started, no cancel interrupts.

Deno.test("explore, a story: in the default order the seat is given back", () => {
  simulate(oneSecondToPay(pay));
});

// But if Bob is first, the no comes late. The cleanup begins as it does in any code that fails, and
// there, where the task waits for the ledger, the cancel finds it. It never "gave it back". (Task 2
// is the customer: timeout runs what it is given as a task of its own.)

Deno.test("explore, a story: under some order the seat is lost, as time is up amid the cleanup", () => {
  const { failure } = explore(() => oneSecondToPay(pay));
  assertEquals(
    String(failure),
    `
ScheduleFailure: Error: the seat is lost, with 0 preemptions, after 1 schedule:
   0 ms  main    starts, spawns Bob, spawns task 2, waits for task 2 until 1000 ms
   0 ms  Bob     starts, pauses
   0 ms  Bob     goes on, sleeps until 450 ms
   0 ms  task 2  starts, waits for the lock, held by Bob
 450 ms  Bob     is woken by the timer, is done
 450 ms  task 2  is woken by Bob, sleeps until 900 ms
 900 ms  task 2  is woken by the timer, emits is declined, sleeps until 1100 ms
1000 ms  main    is woken by the timer, waits for task 2 until 1000 ms
1000 ms  main    is woken by the timer, cancels task 2 (1000 ms are over), waits for task 2
1000 ms  task 2  is woken by the loop, ends, cancelled
1000 ms  main    is woken by task 2, fails with Error: the seat is lost
replay: simulate(program(), { order: replay([0, 1]) })
`.trim(),
  );
});

// 8. THE FIX: a shield around what may not be interrupted. The cancel comes after it.

function* payShielded(shop: Shop, bank: Lock): Coroutine<void> {
  shop.free--;
  try {
    yield* ask(bank);
    throw new Error("declined");
  } finally {
    yield* shield(giveBack(shop));
  }
}

Deno.test("explore, a story: with a shield the seat is never lost, under every order", () => {
  assertEquals(explore(() => oneSecondToPay(payShielded)), { schedules: 3, complete: true });
});
