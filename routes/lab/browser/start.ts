// The first view is whole without a script: the server has drawn it. What makes it move comes after,
// all of it at once: the page names the files, so that none waits for the one that imports it.
addEventListener("load", () => {
  for (const link of document.querySelectorAll<HTMLLinkElement>("link[data-href]")) {
    link.href = link.dataset.href!;
  }
  import("./client.ts");
});
