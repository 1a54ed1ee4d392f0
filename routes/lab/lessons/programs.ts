import type { Coroutine } from "@tenfold/loop";
import { main as doesItSwitch } from "./does-it-switch.js";
import { main as lostUpdate } from "./lost-update.js";
import { main as nothingHappened } from "./nothing-happened.js";
import { main as oneAfterAnother } from "./one-after-another.js";
import { main as oneHoldsTheThread } from "./one-holds-the-thread.js";
import { main as oneOfThreeFails } from "./one-of-three-fails.js";
import { main as roomForTwo } from "./room-for-two.js";
import { main as startThenWait } from "./start-then-wait.js";
import { main as stopIt } from "./stop-it.js";
import { main as tenAtOnce } from "./ten-at-once.js";
import { main as theLastSeat } from "./the-last-seat.js";
import { main as timeIsUp } from "./time-is-up.js";
import { main as twoLocks } from "./two-locks.js";
import { main as whoGoesFirst } from "./who-goes-first.js";

/**
 * The programs of the lessons, by the lessons' names. Each call makes one afresh, with all that it
 * changes. Imported one by one, so that they need no permission to read files.
 */
export const PROGRAMS: Readonly<Record<string, () => Coroutine<unknown>>> = {
  "ten-at-once": tenAtOnce,
  "nothing-happened": nothingHappened,
  "one-after-another": oneAfterAnother,
  "start-then-wait": startThenWait,
  "does-it-switch": doesItSwitch,
  "one-holds-the-thread": oneHoldsTheThread,
  "who-goes-first": whoGoesFirst,
  "the-last-seat": theLastSeat,
  "lost-update": lostUpdate,
  "two-locks": twoLocks,
  "stop-it": stopIt,
  "time-is-up": timeIsUp,
  "one-of-three-fails": oneOfThreeFails,
  "room-for-two": roomForTwo,
};
