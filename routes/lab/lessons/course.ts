/** A question of a lesson, to be answered before the program is run. */
export interface Question {
  text: string;
  answers: readonly string[];
  /** Which of the answers is right, from 0. */
  right: number;
}

/** A change of the program that the lesson suggests. */
export interface Edit {
  /** What the reader is asked to do, and what to look at. */
  text: string;
  /** What stands once in the program, and what takes its place. */
  from: string;
  to: string;
  /** The names of the library that it needs and the program does not import. */
  imports?: readonly string[];
}

/** The same program elsewhere. */
export interface Elsewhere {
  /** Its file, beside this one. */
  file: string;
  /** Where it differs from ours, if it does. */
  differs?: string;
}

/** One lesson of the course. Its program is `NAME.js`, beside this file. */
export interface Lesson {
  name: string;
  title: string;
  question: Question;
  /** Two sentences on what was to be seen. */
  answer: string;
  edit: Edit;
  /** Which order the lesson begins with. */
  order: "fifo" | "choose" | "every";
  /** What `explore` takes waits for. */
  timing: "exact" | "any";
  python: Elsewhere;
  javaScript: Elsewhere;
}

/** The course, in order. */
export const COURSE: readonly Lesson[] = [
  {
    name: "ten-at-once",
    title: "Ten at once",
    question: {
      text:
        "function* is what async def is in Python, and yield* is await. main hands ten coroutines to gather, which runs all of them; each waits one second and prints its number. How long does it take?",
      answers: [
        "Ten seconds: a program does one thing at a time",
        "One second: each of the ten gets a thread of its own",
        "One second: one thread is enough for ten that wait",
      ],
      right: 2,
    },
    answer:
      "Waiting is not work: while a coroutine sleeps, the thread is free for the others. All ten wait " +
      "during the same second, and at no moment do two of them run.",
    edit: {
      text:
        "Write block in place of sleep: it waits, too, but keeps the thread, as time.sleep does in " +
        "Python. Look at who has the thread, and at the time of the whole run.",
      from: "sleep(1000)",
      to: "block(1000)",
      imports: ["block"],
    },
    order: "fifo",
    timing: "exact",
    python: { file: "ten-at-once.py" },
    javaScript: { file: "ten-at-once.promises.js" },
  },
  {
    name: "nothing-happened",
    title: "Nothing happened",
    question: {
      text: "main calls greet twice. What is printed?",
      answers: [
        "“Hello, Ann!” and “Hello, Bob!”: a call runs the function",
        "Only “Hello, Bob!”",
        "“Hello, Bob!” first, and “Hello, Ann!” later, in the background",
      ],
      right: 1,
    },
    answer:
      "Calling greet makes a coroutine but runs none of it; yield* runs it, as await does in Python. " +
      "Nobody runs the coroutine for Ann, so it does nothing, and that is not even an error.",
    edit: {
      text: "Put yield* before the first call, too. Look at when each greeting is printed.",
      from: 'greet("Ann")',
      to: 'yield* greet("Ann")',
    },
    order: "fifo",
    timing: "exact",
    python: {
      file: "nothing-happened.py",
      differs: "Python does the same, and warns that the coroutine was never awaited.",
    },
    javaScript: {
      file: "nothing-happened.promises.js",
      differs: "In JavaScript the call itself starts the function, so Ann is greeted, too.",
    },
  },
  {
    name: "one-after-another",
    title: "One after another",
    question: {
      text:
        "main loads A, B and C with yield*, as one would with await in Python. Each takes one second. " +
        "How long does it take?",
      answers: [
        "One second: the three waits overlap",
        "Three seconds: main goes on only when the one before is done",
        "Three seconds: the thread is busy for one second with each",
      ],
      right: 1,
    },
    answer:
      "yield* means: I wait here until this is done. There is one lane, that of main, and it sleeps " +
      "three times while nobody has the thread.",
    edit: {
      text:
        "Give all three to gather, which starts each in a task of its own and waits for all of them. " +
        "Look at the lanes: now there are four.",
      from: `yield* load("A");
  yield* load("B");
  yield* load("C");`,
      to: 'yield* gather([load("A"), load("B"), load("C")], { name: "load" });',
      imports: ["gather"],
    },
    order: "fifo",
    timing: "exact",
    python: { file: "one-after-another.py" },
    javaScript: { file: "one-after-another.promises.js" },
  },
  {
    name: "start-then-wait",
    title: "Start, then wait",
    question: {
      text:
        "main spawns three tasks of one second each, then waits for them one after another. How long " +
        "does it take?",
      answers: [
        "Three seconds: main waits for A, then for B, then for C",
        "One second: when main begins to wait, all three have been started",
        "No time at all: the tasks run in the background",
      ],
      right: 1,
    },
    answer:
      "spawn starts a task and does not wait for it; yield* task waits until the task has ended. The " +
      "three sleep during the same second, and when A wakes main, B and C are done as well.",
    edit: {
      text:
        "Wait for each task as soon as it is spawned: write yield* task in place of tasks.push(task). " +
        "Look at when B starts.",
      from: "tasks.push(task);",
      to: "yield* task;",
    },
    order: "fifo",
    timing: "exact",
    python: {
      file: "start-then-wait.py",
      differs:
        "Here main would wait for its tasks even without the last loop. asyncio would cancel them when main ends.",
    },
    javaScript: {
      file: "start-then-wait.promises.js",
      differs: "JavaScript needs no spawn: calling an async function starts it.",
    },
  },
  {
    name: "does-it-switch",
    title: "Does it switch?",
    question: {
      text:
        "Two tasks count to three. Each number is printed by another coroutine, which yield* runs. In " +
        "which order do the numbers come?",
      answers: [
        "a1 a2 a3 b1 b2 b3",
        "a1 b1 a2 b2 a3 b3",
        "A different order in each run",
      ],
      right: 0,
    },
    answer:
      "yield* runs the other coroutine within the same task; another task gets the thread only when " +
      "this one has to wait. Here nothing waits, so each task counts to three without a break.",
    edit: {
      text:
        "Add yield* pause() after the console.log: it gives the thread to the next task that is ready. " +
        "Look at the order of the numbers.",
      from: "console.log(word);",
      to: "console.log(word);\n  yield* pause();",
      imports: ["pause"],
    },
    order: "fifo",
    timing: "exact",
    python: { file: "does-it-switch.py" },
    javaScript: {
      file: "does-it-switch.promises.js",
      differs:
        "In JavaScript every await lets others run, even if there is nothing to wait for. It prints a1 " +
        "b1 a2 b2 a3 b3.",
    },
  },
  {
    name: "one-holds-the-thread",
    title: "One holds the thread",
    question: {
      text:
        "The clock ticks every half second. From 0.7 s on, the report holds the thread for 1.2 s. When " +
        "is tick 2 printed, which is due at 1.0 s?",
      answers: [
        "At 1.0 s: the clock is a task of its own",
        "Not at all: a tick that is missed is left out",
        "At 1.9 s, when the report is done",
      ],
      right: 2,
    },
    answer:
      "There is one thread, and nobody takes it from a task that does not give it back. Until then all " +
      "other tasks stand still, even those whose wait is over.",
    edit: {
      text: "Write sleep in place of block. Look at tick 2, and at the time of the whole run.",
      from: "block(1200)",
      to: "sleep(1200)",
    },
    order: "fifo",
    timing: "exact",
    python: { file: "one-holds-the-thread.py" },
    javaScript: {
      file: "one-holds-the-thread.promises.js",
      differs:
        "JavaScript has no time.sleep, so its report computes in a loop until 1.2 s are over. That " +
        "holds the thread just the same.",
    },
  },
  {
    name: "who-goes-first",
    title: "Who goes first?",
    question: {
      text:
        "Ann and Bob climb three steps each, and pause after every step. Ann is spawned first. Who wins?",
      answers: [
        "Ann: the task that is spawned first is always ahead",
        "Either: the program leaves it to the scheduler",
        "Bob: whenever Ann pauses, he overtakes her",
      ],
      right: 1,
    },
    answer:
      "A task decides when it gives the thread back, and the scheduler decides who has it next. First " +
      "come, first served, Ann wins in every run; but there are 70 orders, and Bob wins in half of them.",
    edit: {
      text:
        "If the order matters, the program has to say so: let main run one climb after the other. Look " +
        "at how many choices are left to you.",
      from: `yield* spawn(climb("Ann", summit), { name: "Ann" });
  yield* spawn(climb("Bob", summit), { name: "Bob" });`,
      to: `yield* climb("Ann", summit);
  yield* climb("Bob", summit);`,
    },
    order: "choose",
    timing: "exact",
    python: {
      file: "who-goes-first.py",
      differs: "asyncio lets nobody choose: first come, first served, so Ann wins.",
    },
    javaScript: {
      file: "who-goes-first.promises.js",
      differs:
        "Here await null is the pause. JavaScript lets nobody choose, either: first come, first " +
        "served, so Ann wins.",
    },
  },
  {
    name: "the-last-seat",
    title: "It only fails sometimes",
    question: {
      text:
        "One seat is left. Ann finds it free, and paying takes her 100 ms; Bob comes after 100 ms. In the first run Ann has the seat, and for Bob it is sold out. Is the program right?",
      answers: [
        "Yes: there is one thread, so two tasks can’t get in each other’s way",
        "No: both could subtract from hall.seats at the same moment",
        "No: Bob could check before Ann’s seat is subtracted",
      ],
      right: 2,
    },
    answer:
      "Between the check and hall.seats-- there is a wait, and during a wait others run. At 100 ms both " +
      "Ann and main are ready, and if main and then Bob go first, the seat is sold twice.",
    edit: {
      text:
        "Take the seat first and pay afterwards: swap the two lines. Look at how many orders there are, " +
        "and how many of them fail.",
      from: `yield* sleep(100);
    hall.seats--;`,
      to: `hall.seats--;
    yield* sleep(100);`,
    },
    order: "every",
    timing: "exact",
    python: {
      file: "the-last-seat.py",
      differs:
        "In asyncio some microseconds decide who goes first, so it is right in most runs and sells the " +
        "seat twice in a few.",
    },
    javaScript: {
      file: "the-last-seat.promises.js",
      differs:
        "In JavaScript timers of the same length end in the order in which they began. So it is right " +
        "in every run, until one of the lengths changes.",
    },
  },
  {
    name: "lost-update",
    title: "The lost update",
    question: {
      text:
        "An account has 100. Two tasks withdraw from it at the same time: one 10, the other 20. How much " +
        "is left?",
      answers: [
        "80: the second task writes over what the first has written",
        "70: with one thread, no withdrawal gets lost",
        "70 in most runs, and something else in a few",
      ],
      right: 0,
    },
    answer:
      "Both tasks read 100 before either writes, so the second writes 80 over the 90 of the first. What " +
      "was read before a wait may be out of date after it.",
    edit: {
      text:
        "Hold the account’s lock from the read to the write. Look at what the second task waits for, and " +
        "at what it sees.",
      from: `const seen = account.balance;
  console.log(\`sees \${seen}\`);
  yield* sleep(10);
  account.balance = seen - amount;
  console.log(\`writes \${account.balance}\`);`,
      to: `const permit = yield* account.lock.acquire();
  try {
    const seen = account.balance;
    console.log(\`sees \${seen}\`);
    yield* sleep(10);
    account.balance = seen - amount;
    console.log(\`writes \${account.balance}\`);
  } finally {
    permit.release();
  }`,
    },
    order: "fifo",
    timing: "exact",
    python: { file: "lost-update.py" },
    javaScript: {
      file: "lost-update.promises.js",
      differs: "JavaScript has no lock for this; the next lesson shows one written by hand.",
    },
  },
  {
    name: "two-locks",
    title: "Two locks",
    question: {
      text:
        "Ann takes the fork and, 100 ms later, the knife. Bob takes the knife and, 100 ms later, the " +
        "fork. What happens?",
      answers: [
        "Ann eats, and then Bob: that is what locks are for",
        "Neither eats: each waits for what the other has",
        "An error: one can’t acquire a lock that somebody holds",
      ],
      right: 1,
    },
    answer:
      "Each holds what the other waits for, so neither can ever go on: that is a deadlock. The scheduler " +
      "sees that nobody is left to run, and says who waits for whom.",
    edit: {
      text:
        "Let Bob, too, take the fork before the knife. Look at how many orders there are, and whether " +
        "both eat in all of them.",
      from: "eat(knife, fork)",
      to: "eat(fork, knife)",
    },
    order: "every",
    timing: "exact",
    python: {
      file: "two-locks.py",
      differs:
        "asyncio does not notice: without its time limit of one second this program would wait for ever.",
    },
    javaScript: {
      file: "two-locks.promises.js",
      differs:
        "JavaScript has no lock for this, so here is one written by hand. Nothing notices the deadlock: " +
        "the program ends, prints nothing, and counts as a success.",
    },
  },
  {
    name: "stop-it",
    title: "Stop it",
    question: {
      text: "The download needs five seconds. main cancels it after one. When has it ended?",
      answers: [
        "At 1.0 s: a cancel ends it wherever it is",
        "At 1.2 s: what stands in finally still runs",
        "At 5.2 s: a sleep can’t be interrupted",
      ],
      right: 1,
    },
    answer:
      "A cancel is an error that is thrown where the task waits, so what stands in finally still runs, " +
      "and may wait itself. With task.settled() main waits for the end, however it comes.",
    edit: {
      text:
        "Write catch in place of finally. Look at what the last line says of the download: whoever " +
        "catches the error of a cancel goes on.",
      from: "} finally {",
      to: "} catch {",
    },
    order: "fifo",
    timing: "exact",
    python: { file: "stop-it.py" },
    javaScript: {
      file: "stop-it.promises.js",
      differs:
        "An async function can’t be cancelled. It can be given a signal, and each of its waits has to " +
        "listen to it.",
    },
  },
  {
    name: "time-is-up",
    title: "Time is up",
    question: {
      text:
        "Ann needs 0.4 s to answer, and Bob 3 s. main gives each of them one second. What happens to Bob?",
      answers: [
        "He goes on, but main no longer listens",
        "He answers after 3 s, and only then main learns that it was too late",
        "He is stopped in the middle of his wait",
      ],
      right: 2,
    },
    answer:
      "When time is up, timeout cancels the task where it waits, and then throws a TimeoutError. So at 1.4 s Bob’s lane ends, and he never answers.",
    edit: {
      text:
        "Write block(3000) in place of sleep(3000): now Bob holds the thread while he waits. Look at when " +
        "he ends, and whether there is a TimeoutError.",
      from: "sleep(3000)",
      to: "block(3000)",
      imports: ["block"],
    },
    order: "fifo",
    timing: "exact",
    python: { file: "time-is-up.py" },
    javaScript: {
      file: "time-is-up.promises.js",
      differs: "Nothing stops a promise: Bob goes on, and answers at 3.4 s.",
    },
  },
  {
    name: "one-of-three-fails",
    title: "One of three fails",
    question: {
      text: "gather runs three tasks. B fails at 2 s, and C needs until 3 s. What happens to C?",
      answers: [
        "It goes on: the failure of B is no concern of C",
        "It goes on, and main gets the error when C is done",
        "It is cancelled, and then main gets the error",
      ],
      right: 2,
    },
    answer:
      "A failure goes up to the task that waits for the result, and on its way cancels the tasks beside " +
      "it. When gather throws, nothing that it started is still running.",
    edit: {
      text:
        "Write allSettled in place of gather: it lets each task end, and throws nothing. Look at C.",
      from: "yield* gather(",
      to: "yield* allSettled(",
      imports: ["allSettled"],
    },
    order: "fifo",
    timing: "exact",
    python: {
      file: "one-of-three-fails.py",
      differs:
        "asyncio.gather leaves C running, so C is printed after the error. asyncio.TaskGroup would " +
        "cancel it, as here.",
    },
    javaScript: {
      file: "one-of-three-fails.promises.js",
      differs: "Promise.all leaves C running, so C is printed after the error.",
    },
  },
  {
    name: "room-for-two",
    title: "Room for two",
    question: {
      text:
        "The baker needs 0.1 s for a loaf, the eater 1 s. The shelf has room for two loaves. If it had " +
        "room for five, when would all be eaten?",
      answers: [
        "Sooner",
        "At the same time",
        "Later",
      ],
      right: 1,
    },
    answer:
      "put waits while the queue is full, so the baker goes at the pace of the eater, and never more " +
      "than two loaves lie on the shelf. How long it all takes is up to the slower of the two.",
    edit: {
      text: "Make room for five. Look at when the baker is done, and when the eater.",
      from: "new Queue(2,",
      to: "new Queue(5,",
    },
    order: "fifo",
    timing: "exact",
    python: { file: "room-for-two.py" },
    javaScript: {
      file: "room-for-two.promises.js",
      differs:
        "A stream asks for the next loaf when there is room for it, so the baker begins loaf 4 later " +
        "than here.",
    },
  },
];
