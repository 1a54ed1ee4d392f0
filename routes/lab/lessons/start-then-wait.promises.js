const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function load(name) {
  await sleep(1000);
  console.log(`${name} is here`);
}

async function main() {
  const tasks = [];
  for (const name of ["A", "B", "C"]) {
    const task = load(name);
    tasks.push(task);
  }
  for (const task of tasks) await task;
  console.log("all are here");
}

main();
