import { Lock, sleep, spawn } from "@tenfold/loop";

function* eat(first, second) {
  const one = yield* first.acquire();
  yield* sleep(100);
  const two = yield* second.acquire();
  console.log("eats");
  two.release();
  one.release();
}

export function* main() {
  const fork = new Lock({ name: "fork" });
  const knife = new Lock({ name: "knife" });
  yield* spawn(eat(fork, knife), { name: "Ann" });
  yield* spawn(eat(knife, fork), { name: "Bob" });
}
