// The first view is whole without a script: the server has drawn it. What makes it move comes after,
// all of it at once: the page names the files, so that none waits for the one that imports it.
addEventListener("load", () => {
  for (const href of document.getElementById("start")!.dataset.scripts!.split(" ")) {
    const link = document.createElement("link");
    Object.assign(link, { rel: "modulepreload", href });
    document.head.append(link);
  }
  import("./client.ts");
});
