import { gather } from "@tenfold/loop";

function* say(word) {
  console.log(word);
}

function* count(name) {
  for (let n = 1; n <= 3; n++) {
    yield* say(name + n);
  }
}

export function* main() {
  yield* gather([count("a"), count("b")], { name: "count" });
}
