// The first view is whole without a script: the server has drawn it. What makes it move comes after,
// all of it at once: the page names the files, so that none waits for the one that imports it. The
// first of them imports all others.
addEventListener("load", () => {
  const scripts = document.getElementById("start")!.dataset.scripts!.split(" ");
  for (const href of scripts) {
    const link = document.createElement("link");
    Object.assign(link, { rel: "modulepreload", href });
    document.head.append(link);
  }
  import(scripts[0]!);
});
