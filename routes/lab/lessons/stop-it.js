import { sleep, spawn } from "@tenfold/loop";

function* download() {
  try {
    yield* sleep(5000);
    console.log("the file is here");
  } finally {
    yield* sleep(200);
    console.log("tidied up");
  }
}

export function* main() {
  const task = yield* spawn(download(), { name: "download" });
  yield* sleep(1000);
  task.cancel();
  console.log("stop!");
  yield* task.settled();
  console.log(`the download is ${task.state}`);
}
