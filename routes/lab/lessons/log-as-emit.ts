import { emit } from "@tenfold/loop";

/**
 * Does something with `console.log` as `emit`, so that what a program logs is an entry of the task
 * that logs it. The programs of the lessons log as people do, and need not know who looks.
 *
 * The console is the whole process's. That does no harm, because nothing else runs meanwhile.
 *
 * @param work What to do: `simulate`, or `explore`. It must not be asynchronous.
 */
export function logAsEmit<T>(work: () => T): T {
  const { log } = console;
  console.log = (...values) => {
    emit(values.map(String).join(" "))[Symbol.iterator]().next();
  };
  try {
    return work();
  } finally {
    console.log = log;
  }
}
