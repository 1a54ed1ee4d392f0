const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function load(name) {
  await sleep(1000);
  console.log(`${name} is here`);
}

async function main() {
  await load("A");
  await load("B");
  await load("C");
}

main();
