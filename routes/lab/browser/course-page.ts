import { byId, reveal } from "./dom.ts";
import { answers, forget } from "./progress.ts";

// The list of the lessons: which ones the reader has answered.

function show(): void {
  const kept = answers();
  const items = document.querySelectorAll<HTMLElement>("[data-lesson]");
  for (const item of items) {
    const { lesson, right } = item.dataset;
    const given = kept[lesson!];
    const isRight = given === Number(right);
    const mark = item.querySelector(".answered")!;
    mark.classList.toggle("right", isRight);
    mark.textContent = given === undefined ? "" : isRight ? "right" : "answered";
  }
  byId("forget").hidden = Object.keys(kept).length === 0;
}

byId("forget").addEventListener("click", () => {
  forget();
  show();
});
// The page may come back as it was left.
addEventListener("pageshow", show);
show();
reveal();
