import { sleep } from "@tenfold/loop";

function* greet(name) {
  yield* sleep(500);
  console.log(`Hello, ${name}!`);
}

export function* main() {
  greet("Ann");
  yield* greet("Bob");
}
