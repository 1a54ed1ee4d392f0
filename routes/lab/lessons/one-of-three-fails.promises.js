const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function load(name, ms) {
  await sleep(ms);
  if (name === "B") throw new Error("B is missing");
  console.log(`${name} is here`);
}

async function main() {
  try {
    await Promise.all([load("A", 1000), load("B", 2000), load("C", 3000)]);
  } catch (error) {
    console.log(error.message);
  }
  await sleep(2000); // Long enough for C.
}

main();
