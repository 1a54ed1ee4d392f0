import { type Markup, markup } from "./markup.ts";
import type { State } from "./timeline.ts";

/** What the page says of a state, and shows of it beside its word. */
interface StateText {
  /** What it means, in a few words. */
  short: string;
  /** The shapes of its sign, in a box of 16 by 16. */
  sign: Markup;
}

/** Every state, in the order in which a coroutine comes to them. */
export const STATES: Record<State, StateText> = {
  created: {
    short: "exists, and has not run",
    sign: markup`<circle cx="8" cy="8" r="5" fill="none" stroke-dasharray="2 2"/>`,
  },
  ready: {
    short: "waits for its turn",
    sign: markup`<path fill="none" d="M4 2h8M4 14h8M5 2c0 4 6 8 6 12M11 2c0 4-6 8-6 12"/>`,
  },
  running: {
    short: "has the thread",
    sign: markup`<path d="M4 2.5v11l9-5.5z"/>`,
  },
  sleeping: {
    short: "waits; the thread is free",
    sign: markup`<path d="M11.5 10.5A5.5 5.5 0 0 1 6 3a5.5 5.5 0 1 0 5.5 7.5z"/>`,
  },
  late: {
    short: "due, but another holds the thread",
    sign:
      markup`<circle cx="8" cy="8" r="5.5" fill="none"/><path fill="none" d="M8 4.5V8l2.5 1.5"/>`,
  },
  waiting: {
    short: "waits for others",
    sign: markup`<path fill="none" d="M2 8h3M6.5 8h3M11 8h3"/>`,
  },
  blocking: {
    short: "waits and holds the thread",
    sign: markup`<circle cx="8" cy="8" r="5.5" fill="none"/><path fill="none" d="M4 4l8 8"/>`,
  },
  done: {
    short: "has returned",
    sign: markup`<path fill="none" d="M3 8.5l3.5 3.5L13 4"/>`,
  },
  cancelled: {
    short: "was made to end",
    sign: markup`<path d="M4 4h8v8H4z"/>`,
  },
  failed: {
    short: "threw an error",
    sign: markup`<path fill="none" d="M4 4l8 8M12 4l-8 8"/>`,
  },
};

/** What pictures have beside the states, and what it means. */
export const LINES = {
  wake: "wakes another",
  cancel: "is cancelled",
  cleanup: "runs on after its cancel, as finally does",
  holder: "waits for another",
  verdict: "the loop ends the run",
} as const;

/** The sign and the word of a state. */
export function signed(state: State, word: string = state): Markup {
  const { sign } = STATES[state];
  const svg =
    markup`<svg class="sign ${state}" viewBox="0 0 16 16" aria-hidden="true">${sign}</svg>`;
  return markup`${svg}<span>${word}</span>`;
}
