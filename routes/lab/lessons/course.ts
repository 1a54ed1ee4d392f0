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
  /** Why the changed program does what it does, in one or two sentences. It is shown after a run. */
  outcome: string;
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
        "main hands ten coroutines to gather, which runs all of them. Each waits one second (sleep is asyncio.sleep, in ms) and prints its number. How long does it take?",
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
      outcome:
        "block keeps the thread, so no other task can begin to wait: ten waits of one second, one after another, take ten seconds.",
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
      "Calling greet makes a coroutine but runs none of it; yield* runs it within main, as await does in " +
      "Python. The program never runs the coroutine for Ann, so it does nothing, and that is not even an error.",
    edit: {
      text: "Put yield* before the first call, too. Look at when each greeting is printed.",
      from: 'greet("Ann")',
      to: 'yield* greet("Ann")',
      outcome:
        "Now yield* runs Ann’s coroutine as well. main goes on to Bob only when it is done, half a second later.",
    },
    order: "fifo",
    timing: "exact",
    python: {
      file: "nothing-happened.py",
      differs: "Python does the same, and warns that the coroutine was never awaited.",
    },
    javaScript: {
      file: "nothing-happened.promises.js",
      differs: "The call itself starts an async function, so Ann is greeted, too.",
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
      "yield* means: I wait here until this is done. The picture has one row, that of main, and main " +
      "sleeps three times while the thread is free.",
    edit: {
      text:
        "Give all three to gather, which starts each in a task of its own and waits for all of them. " +
        "Look at the rows: A, B and C have their own now, load[0] to load[2].",
      from: `yield* load("A");
  yield* load("B");
  yield* load("C");`,
      to: 'yield* gather([load("A"), load("B"), load("C")], { name: "load" });',
      outcome: "Each load has a task of its own, so all three wait during the same second.",
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
        "spawn starts a coroutine as a task, which runs beside main, as asyncio.create_task does. main " +
        "spawns three tasks of one second each, then waits for them one after another. How long does it " +
        "take?",
      answers: [
        "Three seconds: main waits for A, then for B, then for C",
        "One second: when main begins to wait, all three have been started",
        "No time at all: the tasks run in the background",
      ],
      right: 1,
    },
    answer:
      "spawn does not wait for the task that it starts; yield* task waits until the task has ended. The " +
      "three sleep during the same second, and when A wakes main, B and C are done as well.",
    edit: {
      text:
        "Wait for each task as soon as it is spawned: write yield* task in place of tasks.push(task). " +
        "Look at when B starts.",
      from: "tasks.push(task);",
      to: "yield* task;",
      outcome:
        "main waits for A before it spawns B, and for B before it spawns C. No two waits overlap, so they add up to three seconds.",
    },
    order: "fifo",
    timing: "exact",
    python: {
      file: "start-then-wait.py",
      differs:
        "Without the last loop, asyncio would cancel the tasks when main ends. In the program above main " +
        "would wait for them all the same.",
    },
    javaScript: {
      file: "start-then-wait.promises.js",
      differs:
        "There is no spawn: calling an async function starts it, and runs it at once up to its first await.",
    },
  },
  {
    name: "does-it-switch",
    title: "Does it switch?",
    question: {
      text:
        "Two tasks count to three. To print a number, each runs the coroutine say with yield*. In which " +
        "order does this program print them?",
      answers: [
        "a1 a2 a3 b1 b2 b3",
        "a1 b1 a2 b2 a3 b3",
        "A different order in each run",
      ],
      right: 0,
    },
    answer: "yield* runs say within the same task; another task gets the thread only when " +
      "this one has to wait. Here nothing waits, so each task counts to three without a break.",
    edit: {
      text:
        "Add yield* pause() after the console.log: it gives the thread to the next task that is ready. " +
        "Look at the order of the numbers.",
      from: "console.log(word);",
      to: "console.log(word);\n  yield* pause();",
      outcome:
        "At each pause the other task gets the thread, so the two take turns: a1 b1 a2 b2 a3 b3.",
      imports: ["pause"],
    },
    order: "fifo",
    timing: "exact",
    python: { file: "does-it-switch.py" },
    javaScript: {
      file: "does-it-switch.promises.js",
      differs:
        "Every await lets others run, even if there is nothing to wait for. So this prints a1 b1 a2 b2 " +
        "a3 b3.",
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
    answer: "There is one thread, and a task keeps it until it gives it back. Until then all " +
      "other tasks stand still, even those whose wait is over.",
    edit: {
      text: "Write sleep in place of block. Look at tick 2, and at the time of the whole run.",
      from: "block(1200)",
      to: "sleep(1200)",
      outcome:
        "The report gives the thread back while it waits, so each tick is printed when it is due. The run ends with the last tick, at 2.0 s.",
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
        "Ann and Bob climb three steps each. After every step they pause, which gives the thread to " +
        "the task that the scheduler picks. Ann is spawned first. Does the program make sure that Ann wins?",
      answers: [
        "Yes: the task that is spawned first is always ahead",
        "No: either can win, depending on whom the scheduler picks",
        "No: whenever Ann pauses, Bob overtakes her",
      ],
      right: 1,
    },
    answer:
      "A task decides when it gives the thread back, and the scheduler decides who has it next. First " +
      "come, first served, Ann wins in every run; but the two can take their turns in 70 different orders, and in half of them Bob wins.",
    edit: {
      text:
        "If the order matters, the program has to say so: let main run one climb after the other. Look " +
        "at how many choices are left to you.",
      from: `yield* spawn(climb("Ann", summit), { name: "Ann" });
  yield* spawn(climb("Bob", summit), { name: "Bob" });`,
      to: `yield* climb("Ann", summit);
  yield* climb("Bob", summit);`,
      outcome:
        "Both climb within main, so there is one task, and nothing to choose. Bob starts when Ann has won.",
    },
    order: "choose",
    timing: "exact",
    python: {
      file: "who-goes-first.py",
      differs:
        "asyncio’s scheduler always picks first come, first served, so there Ann wins in every run. The " +
        "program itself still does not say so.",
    },
    javaScript: {
      file: "who-goes-first.promises.js",
      differs:
        "await null is the pause. JavaScript always goes by first come, first served, so there Ann wins " +
        "in every run.",
    },
  },
  {
    name: "the-last-seat",
    title: "It only fails sometimes",
    question: {
      text:
        "One seat is left. Ann finds it free, and paying takes her 100 ms; Bob comes after 100 ms. First come, first served, Ann has the seat, and for Bob it is sold out. Is the program right?",
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
        "and how many of them end in an error.",
      from: `yield* sleep(100);
    hall.seats--;`,
      to: `hall.seats--;
    yield* sleep(100);`,
      outcome:
        "Nothing waits between the check and hall.seats--, so no other task can run in between. In every order one of them is told that it is sold out.",
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
      differs: "Timers of the same length end in the order in which they began. So it is right " +
        "in every run, and sells the seat twice as soon as Ann needs a little longer.",
    },
  },
  {
    name: "lost-update",
    title: "The lost update",
    question: {
      text:
        "An account has 100. Ann and Bob withdraw from it at the same time: she 10, he 20. Nobody uses " +
        "the lock yet. How much is left?",
      answers: [
        "80: Bob writes over what Ann has written",
        "70: with one thread, no withdrawal gets lost",
        "70 in most runs, and something else in a few",
      ],
      right: 0,
    },
    answer:
      "Both read 100 before either writes, so Bob writes 80 over Ann’s 90. What was read before a wait " +
      "may be out of date after it.",
    edit: {
      text:
        "Hold the account’s lock from the read to the write: acquire waits until no other task has it, and " +
        "returns a permit, with which it is given back. Look at what Bob waits for, and at what he sees.",
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
      outcome:
        "Bob waits until Ann has given the lock back, so he sees 90 and writes 70. The two waits of 0.01 s no longer overlap.",
    },
    order: "fifo",
    timing: "exact",
    python: {
      file: "lost-update.py",
      differs: "It does the same. With the lock, the body of withdraw would stand in async with " +
        'account["lock"].',
    },
    javaScript: {
      file: "lost-update.promises.js",
      differs: "The language has no lock. The lesson “Two locks” shows one written by hand.",
    },
  },
  {
    name: "late-answer",
    title: "The late answer",
    question: {
      text:
        "A user types “c” into a search field, and 0.2 s later “cat”. Each search takes from 0.1 to " +
        "0.5 s: sleepBetween stands for the network. What does the page show in the end?",
      answers: [
        "What was found for “cat”: it was asked for last",
        "What was found for either, depending on the network",
        "What was found for “c”: it was asked for first",
      ],
      right: 1,
    },
    answer:
      "An answer that comes late takes the place of a newer one, though it was asked for first. In one " +
      "run the lengths of the waits are chosen at random; trying every order looks at all that they allow.",
    edit: {
      text:
        "Cancel the search for “c” before the next one begins. Look at how many orders there are, and " +
        "how many of them end in an error.",
      from: "yield* sleep(200);",
      to: "yield* sleep(200);\n  c.cancel();",
      outcome:
        "The first search is cancelled at 0.2 s, unless it has already ended by then. So no answer for “c” can come after the one for “cat”.",
    },
    order: "every",
    timing: "exact",
    python: {
      file: "late-answer.py",
      differs: "random.uniform chooses the lengths, so about one run in eight ends in the error.",
    },
    javaScript: {
      file: "late-answer.promises.js",
      differs:
        "Math.random chooses the lengths, so about one run in eight ends in the error. A promise can’t be cancelled, but a fetch can, with an AbortController: “Stop it” shows one.",
    },
  },
  {
    name: "two-locks",
    title: "Two locks",
    question: {
      text:
        "Fork and knife are locks: each can be held by one task at a time, and the other waits. Ann takes the fork " +
        "and, 100 ms later, the knife. Bob takes the knife and, 100 ms later, the fork. What happens?",
      answers: [
        "Ann eats, and then Bob: that is what locks are for",
        "Neither eats: each waits for what the other has",
        "An error: one can’t acquire a lock that another task holds",
      ],
      right: 1,
    },
    answer:
      "Each holds what the other waits for, so neither can ever go on: that is a deadlock. The scheduler " +
      "sees that no task is left to run, and says which waits for which.",
    edit: {
      text:
        "Let Bob, too, take the fork before the knife. Look at how many orders there are, and whether " +
        "both eat in all of them.",
      from: "eat(knife, fork)",
      to: "eat(fork, knife)",
      outcome:
        "Only the one who has the fork reaches for the knife, so there is no circle. The other eats later.",
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
        "The language has no lock, so here is one written by hand. Nothing notices the deadlock: as the program does not await main(), the program ends, prints nothing, and counts as a success.",
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
        "Write catch in place of finally. Look at what the last line says of the download: a task " +
        "that catches the error of a cancel goes on.",
      from: "} finally {",
      to: "} catch {",
      outcome:
        "catch took the error of the cancel and threw nothing, so the download counts as done, although the file never came.",
    },
    order: "fifo",
    timing: "exact",
    python: {
      file: "stop-it.py",
      differs:
        "It does the same. A cancel is a CancelledError there, which a bare except catches, but except " +
        "Exception does not.",
    },
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
      "When time is up, timeout cancels the task where it waits, and then throws a TimeoutError. So at " +
      "1.4 s, one second after he began, Bob is cancelled, and he never answers.",
    edit: {
      text:
        "Write block(3000) in place of sleep(3000): now Bob holds the thread while he waits. Look at when " +
        "he ends, and whether there is a TimeoutError.",
      from: "sleep(3000)",
      to: "block(3000)",
      outcome:
        "Bob keeps the thread, so timeout can’t cancel him at 1.4 s. When he gives it back at 3.4 s he has answered, so there is nothing left to cancel, and no TimeoutError.",
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
      text:
        "gather here, unlike asyncio’s, leaves nothing running when it returns or throws. It runs A, B " +
        "and C: load[0] to load[2] in the picture. B fails at 2 s, and C needs until 3 s. What happens to C?",
      answers: [
        "It goes on, and main gets what A and C have loaded",
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
        "Write allSettled in place of gather: it lets each task end, and throws nothing. Look at C, " +
        "which is load[2], and at whether the error is printed.",
      from: "yield* gather(",
      to: "yield* allSettled(",
      outcome:
        "C ends at 3 s. The error of B is not thrown but stands in the list that allSettled returns, and main does not look at it.",
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
        "Sooner than with room for two",
        "At the same time as with room for two",
        "Later than with room for two",
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
      outcome:
        "The baker never has to wait and is done at 0.5 s. The eater needs a second for each loaf as before, so the end comes at 5.1 s again.",
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
