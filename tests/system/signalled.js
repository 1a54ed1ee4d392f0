// A program that is ended by signals. Prints when it is ready, and what it does then.
import { main, sleep } from "@tenfold/loop";

const isStubborn = globalThis.process.argv.includes("stubborn");

await main(function* () {
  try {
    console.log("ready");
    yield* sleep(60_000);
  } catch (error) {
    console.log(error.message);
    if (!isStubborn) throw error;
    // Longer than an echo lasts.
    yield* sleep(700);
    console.log("went on");
    yield* sleep(60_000);
  } finally {
    yield* sleep(5);
    console.log("cleaned up");
  }
}());
console.log("not here");
