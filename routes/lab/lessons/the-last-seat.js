import { sleep, spawn } from "@tenfold/loop";

function* buy(hall, name) {
  if (hall.seats > 0) {
    yield* sleep(100);
    hall.seats--;
    console.log(`${name} has a seat`);
  } else {
    console.log(`${name}: sold out`);
  }
}

export function* main() {
  const hall = { seats: 1 };
  const ann = yield* spawn(buy(hall, "Ann"), { name: "Ann" });
  yield* sleep(100);
  const bob = yield* spawn(buy(hall, "Bob"), { name: "Bob" });
  yield* ann;
  yield* bob;
  if (hall.seats < 0) throw new Error("the last seat was sold twice");
}
