const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

class Lock {
  #free = Promise.resolve();

  async acquire() {
    const free = this.#free;
    let release;
    this.#free = new Promise((resolve) => release = resolve);
    await free;
    return release;
  }
}

async function eat(first, second) {
  const releaseFirst = await first.acquire();
  await sleep(100);
  const releaseSecond = await second.acquire();
  console.log("eats");
  releaseSecond();
  releaseFirst();
}

async function main() {
  const fork = new Lock();
  const knife = new Lock();
  await Promise.all([eat(fork, knife), eat(knife, fork)]);
}

main();
