const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function search(page, word) {
  await sleep(100 + 400 * Math.random());
  page.shows = word;
  console.log(`found ${word}`);
}

async function main() {
  const page = { shows: "nothing" };
  const c = search(page, "c");
  await sleep(200);
  const cat = search(page, "cat");
  await Promise.allSettled([c, cat]);
  if (page.shows !== "cat") throw new Error(`the page shows ${page.shows}`);
}

main();
