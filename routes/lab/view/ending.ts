// How a run of a program ends, on the server and in the sandbox.

/** The steps that a run may take. The lessons take less than 100, and the picture shows hundreds. */
export const MAX_STEPS = 2_000;

/** Who waits for whom, by the message of a deadlock whose places are lines of the program. */
export function deadlockText(message: string): string {
  const waits = message.split("\n").slice(1).map((wait) => wait.trim());
  const circle = waits.find((wait) => wait.startsWith("a circle: "));
  return `Nobody can go on: ${circle ?? waits.join("; ")}.`;
}
