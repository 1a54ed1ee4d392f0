import { sleep } from "@tenfold/loop";

function* load(name) {
  yield* sleep(1000);
  console.log(`${name} is here`);
}

export function* main() {
  yield* load("A");
  yield* load("B");
  yield* load("C");
}
