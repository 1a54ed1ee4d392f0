const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function greet(name) {
  await sleep(500);
  console.log(`Hello, ${name}!`);
}

async function main() {
  greet("Ann");
  await greet("Bob");
}

main();
