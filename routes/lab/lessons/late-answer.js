import { sleep, sleepBetween, spawn, wait } from "@tenfold/loop";

function* search(page, word) {
  yield* sleepBetween(100, 500);
  page.shows = word;
  console.log(`found ${word}`);
}

export function* main() {
  const page = { shows: "nothing" };
  const c = yield* spawn(search(page, "c"), { name: "c" });
  yield* sleep(200);
  const cat = yield* spawn(search(page, "cat"), { name: "cat" });
  yield* wait([c, cat]);
  if (page.shows !== "cat") throw new Error(`the page shows ${page.shows}`);
}
