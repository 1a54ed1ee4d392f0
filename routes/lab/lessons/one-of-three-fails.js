import { gather, sleep } from "@tenfold/loop";

function* load(name, ms) {
  yield* sleep(ms);
  if (name === "B") throw new Error("B is missing");
  console.log(`${name} is here`);
}

export function* main() {
  try {
    yield* gather([load("A", 1000), load("B", 2000), load("C", 3000)], { name: "load" });
  } catch (error) {
    console.log(error.message);
  }
  yield* sleep(2000); // Long enough for C.
}
