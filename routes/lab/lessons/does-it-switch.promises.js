async function say(word) {
  console.log(word);
}

async function count(name) {
  for (let n = 1; n <= 3; n++) {
    await say(name + n);
  }
}

async function main() {
  await Promise.all([count("a"), count("b")]);
}

main();
