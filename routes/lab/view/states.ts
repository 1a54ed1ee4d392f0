import type { State } from "./timeline.ts";

/** What each state means, for whoever meets the word for the first time. */
export const MEANINGS: Record<State, string> = {
  created: "It exists, but nothing of it has run yet: calling a coroutine does not start it.",
  ready: "It could go on, and waits for its turn.",
  running: "It has the thread. Only one at a time does.",
  sleeping: "It gave the thread back until a set time.",
  waiting: "It gave the thread back until others have ended.",
  blocking: "It sleeps but keeps the thread: nobody else can run, and the CPU is idle.",
  done: "It returned.",
  cancelled: "It was told to stop, and stopped.",
  failed: "It threw an error.",
};

/** The path of each state's sign, in a box of 16 by 16. */
const SIGNS: Record<State, string> = {
  created: `<circle cx="8" cy="8" r="5" fill="none" stroke-dasharray="2 2"/>`,
  ready: `<path fill="none" d="M4 2h8M4 14h8M5 2c0 4 6 8 6 12M11 2c0 4-6 8-6 12"/>`,
  running: `<path d="M4 2.5v11l9-5.5z"/>`,
  sleeping: `<path d="M11.5 10.5A5.5 5.5 0 0 1 6 3a5.5 5.5 0 1 0 5.5 7.5z"/>`,
  waiting: `<path fill="none" d="M2 8h3M6.5 8h3M11 8h3"/>`,
  blocking: `<circle cx="8" cy="8" r="5.5" fill="none"/><path fill="none" d="M4 4l8 8"/>`,
  done: `<path fill="none" d="M3 8.5l3.5 3.5L13 4"/>`,
  cancelled: `<path fill="none" d="M3 8h10"/>`,
  failed: `<path fill="none" d="M4 4l8 8M12 4l-8 8"/>`,
};

/** The sign and the word of a state. */
export function signed(state: State, word: string = state): string {
  return `<svg class="sign ${state}" viewBox="0 0 16 16" aria-hidden="true">${SIGNS[state]}</svg>` +
    `<span>${word}</span>`;
}
