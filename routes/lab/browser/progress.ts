// How far the reader has come through the course. It is kept in this browser only, and programs of
// others can't reach it: they run in a worker.

const KEY = "tenfold-lessons";

/** What was answered, by the name of the lesson: the number of the answer. */
export type Answers = Readonly<Record<string, number>>;

/** All that was answered. */
export function answers(): Answers {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return typeof kept === "object" && kept !== null ? kept as Answers : {};
  } catch {
    // The reader allows no storage, or something else wrote there.
    return {};
  }
}

/** Keeps an answer. */
export function keepAnswer(lesson: string, answer: number): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...answers(), [lesson]: answer }));
  } catch { /* Then it is forgotten with the page. */ }
}

/** Forgets all. */
export function forget(): void {
  try {
    localStorage.removeItem(KEY);
  } catch { /* Then nothing is kept. */ }
}
