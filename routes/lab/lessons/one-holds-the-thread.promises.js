const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function clock() {
  for (let tick = 1; tick <= 4; tick++) {
    await sleep(500);
    console.log(`tick ${tick}`);
  }
}

async function report() {
  await sleep(700);
  const end = performance.now() + 1200;
  while (performance.now() < end);
  console.log("the report is done");
}

async function main() {
  await Promise.all([clock(), report()]);
}

main();
