function sleep(ms, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}

async function download(signal) {
  try {
    await sleep(5000, signal);
    console.log("the file is here");
  } finally {
    await sleep(200);
    console.log("tidied up");
  }
}

async function main() {
  const controller = new AbortController();
  const task = download(controller.signal);
  await sleep(1000);
  controller.abort();
  console.log("stop!");
  const [{ status }] = await Promise.allSettled([task]);
  console.log(`the download is ${status}`);
}

main();
