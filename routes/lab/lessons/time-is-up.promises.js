const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function ann() {
  await sleep(400);
  console.log("Ann answers");
}

async function bob() {
  await sleep(3000);
  console.log("Bob answers");
}

async function timeout(ms, promise) {
  const late = sleep(ms).then(() => {
    throw new DOMException("time is up", "TimeoutError");
  });
  await Promise.race([promise, late]);
}

async function main() {
  await timeout(1000, ann());
  try {
    await timeout(1000, bob());
  } catch (error) {
    console.log(error.name);
  }
}

main();
