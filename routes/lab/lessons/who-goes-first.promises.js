async function climb(name, summit) {
  for (let step = 1; step <= 3; step++) {
    console.log(`step ${step}`);
    await null;
  }
  if (summit.isFree) console.log(`${name} wins`);
  summit.isFree = false;
}

async function main() {
  const summit = { isFree: true };
  await Promise.all([climb("Ann", summit), climb("Bob", summit)]);
}

main();
