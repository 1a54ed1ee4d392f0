import { Queue, sleep, spawn } from "@tenfold/loop";

function* bake(shelf) {
  for (let loaf = 1; loaf <= 5; loaf++) {
    yield* sleep(100);
    yield* shelf.put(loaf);
    console.log(`loaf ${loaf} is on the shelf`);
  }
}

function* eat(shelf) {
  for (let eaten = 0; eaten < 5; eaten++) {
    const loaf = yield* shelf.get();
    console.log(`eats loaf ${loaf}`);
    yield* sleep(1000);
  }
}

export function* main() {
  const shelf = new Queue(2, { name: "shelf" });
  yield* spawn(bake(shelf), { name: "baker" });
  yield* spawn(eat(shelf), { name: "eater" });
}
