import { block, sleep, spawn } from "@tenfold/loop";

function* clock() {
  for (let tick = 1; tick <= 4; tick++) {
    yield* sleep(500);
    console.log(`tick ${tick}`);
  }
}

function* report() {
  yield* sleep(700);
  yield* block(1200);
  console.log("the report is done");
}

export function* main() {
  yield* spawn(clock(), { name: "clock" });
  yield* spawn(report(), { name: "report" });
}
