import { gather, sleep } from "@tenfold/loop";

function* cook(dish, ms) {
  console.log(`${dish}: on`);
  yield* sleep(ms);
  console.log(`${dish}: off`);
}

export function* main() {
  const dishes = [cook("soup", 900), cook("rice", 600), cook("tea", 300)];
  yield* gather(dishes, { name: "cook" });
  console.log("dinner");
}
