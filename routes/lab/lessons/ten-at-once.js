import { gather, sleep } from "@tenfold/loop";

function* display(num) {
  yield* sleep(1000);
  console.log(num);
}

export function* main() {
  const displays = [];
  for (let num = 0; num < 10; num++) displays.push(display(num));
  yield* gather(displays, { name: "display" });
}
