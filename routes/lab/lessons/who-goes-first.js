import { pause, spawn } from "@tenfold/loop";

function* climb(name, summit) {
  for (let step = 1; step <= 3; step++) {
    console.log(`step ${step}`);
    yield* pause();
  }
  if (summit.isFree) console.log(`${name} wins`);
  summit.isFree = false;
}

export function* main() {
  const summit = { isFree: true };
  yield* spawn(climb("Ann", summit), { name: "Ann" });
  yield* spawn(climb("Bob", summit), { name: "Bob" });
}
