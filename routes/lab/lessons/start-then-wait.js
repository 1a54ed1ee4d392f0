import { sleep, spawn } from "@tenfold/loop";

function* load(name) {
  yield* sleep(1000);
  console.log(`${name} is here`);
}

export function* main() {
  const tasks = [];
  for (const name of ["A", "B", "C"]) {
    const task = yield* spawn(load(name), { name });
    tasks.push(task);
  }
  for (const task of tasks) yield* task;
  console.log("all are here");
}
