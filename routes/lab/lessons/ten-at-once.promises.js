const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function display(num) {
  await sleep(1000);
  console.log(num);
}

async function main() {
  const displays = [];
  for (let num = 0; num < 10; num++) displays.push(display(num));
  await Promise.all(displays);
}

main();
