const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function buy(hall, name) {
  if (hall.seats > 0) {
    await sleep(100);
    hall.seats--;
    console.log(`${name} has a seat`);
  } else {
    console.log(`${name}: sold out`);
  }
}

async function main() {
  const hall = { seats: 1 };
  const ann = buy(hall, "Ann");
  await sleep(100);
  const bob = buy(hall, "Bob");
  await ann;
  await bob;
  if (hall.seats < 0) throw new Error("the last seat was sold twice");
}

main();
