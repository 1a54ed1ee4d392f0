/** What a program of a lesson shows. */
export interface Shown {
  /** What is printed, as in `1000 ms, A: A is here`, and which tasks end, as in `1000 ms, A is done`. */
  lines: readonly string[];
  /** What `main` throws, if it does. */
  error?: string;
  /** How many orders `explore` tries when 100 are enough. */
  orders: number;
  /** Whether those are all. */
  isComplete: boolean;
  /** How one of them fails, if it does. */
  failure?: string;
}

/** What a lesson shows before its edit and after it. */
export interface Pin {
  before: Shown;
  after: Shown;
}

/** What the lessons show, by name: the texts of the course rely on it. */
export const PINS: Readonly<Record<string, Pin>> = {
  "ten-at-once": {
    before: {
      lines: [
        ...Array.from({ length: 10 }, (_, num) => [
          `1000 ms, display[${num}]: ${num}`,
          `1000 ms, display[${num}] is done`,
        ]).flat(),
        "1000 ms, main is done",
      ],
      orders: 100,
      isComplete: false,
    },
    after: {
      lines: [
        ...Array.from({ length: 10 }, (_, num) => [
          `${num + 1}000 ms, display[${num}]: ${num}`,
          `${num + 1}000 ms, display[${num}] is done`,
        ]).flat(),
        "10000 ms, main is done",
      ],
      orders: 100,
      isComplete: false,
    },
  },
  "nothing-happened": {
    before: {
      lines: [
        "500 ms, main: Hello, Bob!",
        "500 ms, main is done",
      ],
      orders: 1,
      isComplete: true,
    },
    after: {
      lines: [
        "500 ms, main: Hello, Ann!",
        "1000 ms, main: Hello, Bob!",
        "1000 ms, main is done",
      ],
      orders: 1,
      isComplete: true,
    },
  },
  "one-after-another": {
    before: {
      lines: [
        "1000 ms, main: A is here",
        "2000 ms, main: B is here",
        "3000 ms, main: C is here",
        "3000 ms, main is done",
      ],
      orders: 1,
      isComplete: true,
    },
    after: {
      lines: [
        "1000 ms, load[0]: A is here",
        "1000 ms, load[0] is done",
        "1000 ms, load[1]: B is here",
        "1000 ms, load[1] is done",
        "1000 ms, load[2]: C is here",
        "1000 ms, load[2] is done",
        "1000 ms, main is done",
      ],
      orders: 36,
      isComplete: true,
    },
  },
  "start-then-wait": {
    before: {
      lines: [
        "1000 ms, A: A is here",
        "1000 ms, A is done",
        "1000 ms, B: B is here",
        "1000 ms, B is done",
        "1000 ms, C: C is here",
        "1000 ms, C is done",
        "1000 ms, main: all are here",
        "1000 ms, main is done",
      ],
      orders: 78,
      isComplete: true,
    },
    after: {
      lines: [
        "1000 ms, A: A is here",
        "1000 ms, A is done",
        "2000 ms, B: B is here",
        "2000 ms, B is done",
        "3000 ms, C: C is here",
        "3000 ms, C is done",
        "3000 ms, main: all are here",
        "3000 ms, main is done",
      ],
      orders: 1,
      isComplete: true,
    },
  },
  "does-it-switch": {
    before: {
      lines: [
        "0 ms, count[0]: a1",
        "0 ms, count[0]: a2",
        "0 ms, count[0]: a3",
        "0 ms, count[0] is done",
        "0 ms, count[1]: b1",
        "0 ms, count[1]: b2",
        "0 ms, count[1]: b3",
        "0 ms, count[1] is done",
        "0 ms, main is done",
      ],
      orders: 2,
      isComplete: true,
    },
    after: {
      lines: [
        "0 ms, count[0]: a1",
        "0 ms, count[1]: b1",
        "0 ms, count[0]: a2",
        "0 ms, count[1]: b2",
        "0 ms, count[0]: a3",
        "0 ms, count[1]: b3",
        "0 ms, count[0] is done",
        "0 ms, count[1] is done",
        "0 ms, main is done",
      ],
      orders: 70,
      isComplete: true,
    },
  },
  "one-holds-the-thread": {
    before: {
      lines: [
        "500 ms, clock: tick 1",
        "1900 ms, report: the report is done",
        "1900 ms, report is done",
        "1900 ms, clock: tick 2",
        "2400 ms, clock: tick 3",
        "2900 ms, clock: tick 4",
        "2900 ms, clock is done",
        "2900 ms, main is done",
      ],
      orders: 2,
      isComplete: true,
    },
    after: {
      lines: [
        "500 ms, clock: tick 1",
        "1000 ms, clock: tick 2",
        "1500 ms, clock: tick 3",
        "1900 ms, report: the report is done",
        "1900 ms, report is done",
        "2000 ms, clock: tick 4",
        "2000 ms, clock is done",
        "2000 ms, main is done",
      ],
      orders: 2,
      isComplete: true,
    },
  },
  "who-goes-first": {
    before: {
      lines: [
        "0 ms, Ann: step 1",
        "0 ms, Bob: step 1",
        "0 ms, Ann: step 2",
        "0 ms, Bob: step 2",
        "0 ms, Ann: step 3",
        "0 ms, Bob: step 3",
        "0 ms, Ann: Ann wins",
        "0 ms, Ann is done",
        "0 ms, Bob is done",
        "0 ms, main is done",
      ],
      orders: 70,
      isComplete: true,
    },
    after: {
      lines: [
        "0 ms, main: step 1",
        "0 ms, main: step 2",
        "0 ms, main: step 3",
        "0 ms, main: Ann wins",
        "0 ms, main: step 1",
        "0 ms, main: step 2",
        "0 ms, main: step 3",
        "0 ms, main is done",
      ],
      orders: 1,
      isComplete: true,
    },
  },
  "the-last-seat": {
    before: {
      lines: [
        "100 ms, Ann: Ann has a seat",
        "100 ms, Ann is done",
        "100 ms, Bob: Bob: sold out",
        "100 ms, Bob is done",
        "100 ms, main is done",
      ],
      orders: 3,
      isComplete: false,
      failure: "the last seat was sold twice",
    },
    after: {
      lines: [
        "100 ms, Ann: Ann has a seat",
        "100 ms, Ann is done",
        "100 ms, Bob: Bob: sold out",
        "100 ms, Bob is done",
        "100 ms, main is done",
      ],
      orders: 4,
      isComplete: true,
    },
  },
  "lost-update": {
    before: {
      lines: [
        "0 ms, Ann: sees 100",
        "0 ms, Bob: sees 100",
        "10 ms, Ann: writes 90",
        "10 ms, Ann is done",
        "10 ms, Bob: writes 80",
        "10 ms, Bob is done",
        "10 ms, main is failed",
      ],
      error: "70 expected, 80 left",
      orders: 1,
      isComplete: false,
      failure: "70 expected, 90 left",
    },
    after: {
      lines: [
        "0 ms, Ann: sees 100",
        "10 ms, Ann: writes 90",
        "10 ms, Ann is done",
        "10 ms, Bob: sees 90",
        "20 ms, Bob: writes 70",
        "20 ms, Bob is done",
        "20 ms, main is done",
      ],
      orders: 3,
      isComplete: true,
    },
  },
  "late-answer": {
    before: {
      lines: [
        "351 ms, c: found c",
        "351 ms, c is done",
        "594 ms, cat: found cat",
        "594 ms, cat is done",
        "594 ms, main is done",
      ],
      orders: 4,
      isComplete: false,
      failure: "the page shows c",
    },
    after: {
      lines: [
        "200 ms, c is cancelled",
        "594 ms, cat: found cat",
        "594 ms, cat is done",
        "594 ms, main is done",
      ],
      orders: 5,
      isComplete: true,
    },
  },
  "two-locks": {
    before: {
      lines: [
        "100 ms, Ann is cancelled",
        "100 ms, Bob is cancelled",
        "100 ms, main is cancelled",
      ],
      error:
        'a circle: "Ann" waits for the lock "knife", held by "Bob"; "Bob" waits for the lock "fork", held by "Ann"',
      orders: 1,
      isComplete: false,
      failure:
        'a circle: "Ann" waits for the lock "knife", held by "Bob"; "Bob" waits for the lock "fork", held by "Ann"',
    },
    after: {
      lines: [
        "100 ms, Ann: eats",
        "100 ms, Ann is done",
        "200 ms, Bob: eats",
        "200 ms, Bob is done",
        "200 ms, main is done",
      ],
      orders: 2,
      isComplete: true,
    },
  },
  "stop-it": {
    before: {
      lines: [
        "1000 ms, main: stop!",
        "1200 ms, download: tidied up",
        "1200 ms, download is cancelled",
        "1200 ms, main: the download is cancelled",
        "1200 ms, main is done",
      ],
      orders: 1,
      isComplete: true,
    },
    after: {
      lines: [
        "1000 ms, main: stop!",
        "1200 ms, download: tidied up",
        "1200 ms, download is done",
        "1200 ms, main: the download is done",
        "1200 ms, main is done",
      ],
      orders: 1,
      isComplete: true,
    },
  },
  "time-is-up": {
    before: {
      lines: [
        "400 ms, ann: Ann answers",
        "400 ms, ann is done",
        "1400 ms, bob is cancelled",
        "1400 ms, main: TimeoutError",
        "1400 ms, main is done",
      ],
      orders: 1,
      isComplete: true,
    },
    after: {
      lines: [
        "400 ms, ann: Ann answers",
        "400 ms, ann is done",
        "3400 ms, bob: Bob answers",
        "3400 ms, bob is done",
        "3400 ms, main is done",
      ],
      orders: 1,
      isComplete: true,
    },
  },
  "one-of-three-fails": {
    before: {
      lines: [
        "1000 ms, load[0]: A is here",
        "1000 ms, load[0] is done",
        "2000 ms, load[1] is failed",
        "2000 ms, load[2] is cancelled",
        "2000 ms, main: B is missing",
        "4000 ms, main is done",
      ],
      orders: 12,
      isComplete: true,
    },
    after: {
      lines: [
        "1000 ms, load[0]: A is here",
        "1000 ms, load[0] is done",
        "2000 ms, load[1] is failed",
        "3000 ms, load[2]: C is here",
        "3000 ms, load[2] is done",
        "5000 ms, main is done",
      ],
      orders: 6,
      isComplete: true,
    },
  },
  "room-for-two": {
    before: {
      lines: [
        "100 ms, baker: loaf 1 is on the shelf",
        "100 ms, eater: eats loaf 1",
        "200 ms, baker: loaf 2 is on the shelf",
        "300 ms, baker: loaf 3 is on the shelf",
        "1100 ms, eater: eats loaf 2",
        "1100 ms, baker: loaf 4 is on the shelf",
        "2100 ms, eater: eats loaf 3",
        "2100 ms, baker: loaf 5 is on the shelf",
        "2100 ms, baker is done",
        "3100 ms, eater: eats loaf 4",
        "4100 ms, eater: eats loaf 5",
        "5100 ms, eater is done",
        "5100 ms, main is done",
      ],
      orders: 2,
      isComplete: true,
    },
    after: {
      lines: [
        "100 ms, baker: loaf 1 is on the shelf",
        "100 ms, eater: eats loaf 1",
        "200 ms, baker: loaf 2 is on the shelf",
        "300 ms, baker: loaf 3 is on the shelf",
        "400 ms, baker: loaf 4 is on the shelf",
        "500 ms, baker: loaf 5 is on the shelf",
        "500 ms, baker is done",
        "1100 ms, eater: eats loaf 2",
        "2100 ms, eater: eats loaf 3",
        "3100 ms, eater: eats loaf 4",
        "4100 ms, eater: eats loaf 5",
        "5100 ms, eater is done",
        "5100 ms, main is done",
      ],
      orders: 2,
      isComplete: true,
    },
  },
};
