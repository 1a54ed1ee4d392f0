import { sleep, timeout } from "@tenfold/loop";

function* ann() {
  yield* sleep(400);
  console.log("Ann answers");
}

function* bob() {
  yield* sleep(3000);
  console.log("Bob answers");
}

export function* main() {
  yield* timeout(1000, ann);
  try {
    yield* timeout(1000, bob);
  } catch (error) {
    console.log(error.name);
  }
}
