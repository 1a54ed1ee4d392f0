const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

let baked = 0;
const shelf = new ReadableStream({
  async pull(controller) {
    await sleep(100);
    baked++;
    controller.enqueue(baked);
    console.log(`loaf ${baked} is on the shelf`);
    if (baked === 5) controller.close();
  },
}, { highWaterMark: 2 });

async function eat() {
  for await (const loaf of shelf) {
    console.log(`eats loaf ${loaf}`);
    await sleep(1000);
  }
}

eat();
