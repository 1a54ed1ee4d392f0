// What runs in the page before anything else: what the tests see of it, and do to it.

const benches = () => [...document.querySelectorAll(".bench")];
const texts = (root, selector) =>
  [...root.querySelectorAll(selector)].map(({ textContent }) => textContent.trim());
const percent = (element) => parseFloat(element.getAttribute("x"));

globalThis.lab = {
  shifts: [],
  connections: [],
  gaps: [],
  go(run, position) {
    const range = benches()[run].querySelector("input[type=range]");
    range.step = "any";
    range.value = String(position);
    for (const type of ["input", "change"]) range.dispatchEvent(new Event(type, { bubbles: true }));
    range.step = "1";
  },
  end: (run) => Number(benches()[run].querySelector("input[type=range]").max),
  click(selector, times = 1) {
    while (times-- > 0) document.querySelector(selector).click();
  },
  /** Makes the browser refuse changes of its address after the next `left` ones. */
  refuseAddresses(left) {
    for (const name of ["pushState", "replaceState"]) {
      const write = history[name];
      history[name] = (...args) => {
        if (left-- <= 0) throw new DOMException("too many", "SecurityError");
        write.apply(history, args);
      };
    }
  },
  /** Hides the page, as far as it can tell, or shows it again. */
  hide(isHidden) {
    Object.defineProperty(document, "hidden", { value: isHidden, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  },
  setFont: (size) => void (document.documentElement.style.fontSize = `${size}px`),
  /** How high the text and the lanes of each run are, in pixels. */
  heights: () =>
    benches().map((bench) => [
      parseFloat(getComputedStyle(bench.querySelector("svg.run text")).fontSize),
      bench.querySelector(".figure.time .names li").getBoundingClientRect().height,
    ]),
  /** Brings a picture into view, and says where it and the controls of its run are then. */
  bring(index) {
    const figure = document.querySelectorAll(".figure")[index];
    figure.scrollIntoView({ block: "center" });
    return [figure, figure.closest(".bench").querySelector(".transport")].map((part) => {
      const { top, bottom } = part.getBoundingClientRect();
      return { top, bottom };
    });
  },
  /** How strongly the marks of a state are drawn, and all others, from 0 to 1. */
  strength(state) {
    const paths = [...document.querySelectorAll(".past path")];
    const isOfState = (path) => path.matches(state === "running" ? ".running, .step" : `.${state}`);
    const of = (paths) => Math.max(...paths.map((path) => Number(getComputedStyle(path).opacity)));
    return [of(paths.filter(isOfState)), of(paths.filter((path) => !isOfState(path)))];
  },
  /** Which coroutines each run has where. */
  stages: () =>
    benches().map((bench) =>
      Object.fromEntries(
        [...bench.querySelectorAll("[data-zone]")].map((
          zone,
        ) => [zone.dataset.zone, texts(zone, "li")]),
      )
    ),
  /** How many elements are on their way. */
  moving: () =>
    document.getAnimations().filter(({ effect }) => effect.target.matches(".stage li")).length,
  draw: () => document.querySelector("#draw").click(),
  seen: () =>
    benches().map((bench) => ({
      names: texts(bench, ".figure.time .names li"),
      figures: texts(document, `[data-figure=${bench.dataset.mode}]`),
      output: texts(bench, "samp")[0],
      position: texts(bench, ".position")[0],
      story: texts(bench, ".story")[0],
      chips: texts(bench, "[data-language=TypeScript] .chip"),
      rows: [...bench.querySelectorAll("tbody tr")].map((row) => {
        const heads = texts(bench, "thead th");
        return Object.fromEntries(texts(row, "th, td").map((text, cell) => [heads[cell], text]));
      }),
    })),
  drawn: () =>
    benches().map((bench) => {
      const [time, steps] = [".time", ".steps"].map((axis) => {
        const svg = bench.querySelector(`.figure${axis} svg.run`);
        const { top, left, width } = svg.getBoundingClientRect();
        const names = [...bench.querySelectorAll(`.figure${axis} .names li`)].map((name) =>
          name.getBoundingClientRect()
        );
        const inner = svg.querySelector(".past svg");
        const marks = [...inner.querySelectorAll("path")].flatMap((path) =>
          [...path.getAttribute("d").matchAll(/M([\d.]+) ([\d.]+)(?:H([\d.]+))?(?:v([\d.]+))?/g)]
            .map(([, x, y, end = x, height = "0"]) => {
              const middle = top + Number(y) + Number(height) / 2;
              const lane = names.findIndex((name) => name.top < middle && middle < name.bottom);
              const { width: units } = inner.viewBox.baseVal;
              const [from, to] = [x, end].map((x) => width * Number(x) / units);
              return { shape: path.getAttribute("class"), lane, from, to };
            })
        );
        const values = [...svg.querySelectorAll(".past text.value")].map((text) => [
          width * percent(text) / 100,
          text.textContent,
        ]);
        const cursor = width * percent(svg.querySelector(".cursor")) / 100;
        return { left, width, cursor, marks, values };
      });
      return { time, steps };
    }),
  /** Whether the run that is shown is of the program in the editor. */
  isFresh: () =>
    document.querySelector(".transport:not([data-scripted])") !== null &&
    document.querySelector("[data-stale]") === null,
  /** What a page says of its program's run: this one, or one that a server has sent. */
  told(html) {
    const page = html === undefined ? document : new DOMParser().parseFromString(html, "text/html");
    const [taken, outcome, ending] = [".taken", "#outcome", ".ending"]
      .map((selector) => texts(page, selector)[0]);
    const [printed, lanes, verdict] = [
      ".printed samp",
      ".figure.steps .names li",
      ".figure.steps text.verdict",
    ].map((selector) => texts(page, selector));
    return { taken, outcome, ending, printed, lanes, verdict };
  },
  /** How high a program's field is, and its text, and the same text in colour, in pixels. */
  editor() {
    const field = document.querySelector("#source");
    const lines = [...document.querySelectorAll(".editor li")];
    const { top } = lines[0].getBoundingClientRect();
    return [
      field.clientHeight,
      field.scrollHeight,
      field.scrollWidth - field.clientWidth,
      lines.at(-1).getBoundingClientRect().bottom - top,
      lines.map((line) => line.querySelector("code").textContent).join("\n") === field.value,
    ];
  },
  copy: (text) => navigator.clipboard.writeText(text),
  width: () => document.documentElement.scrollWidth,
  drawings: () => [...document.querySelectorAll(".bench .past")].map((part) => part.innerHTML),
  focused() {
    const element = document.activeElement;
    const box = element.getBoundingClientRect();
    const text = element.getAttribute("aria-label") ?? element.textContent.trim().slice(0, 30);
    const name = element.matches("select") ? "SELECT" : text;
    const there = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return {
      what: element.id ||
        (element.type === "range"
          ? `position of the ${element.closest(".bench").dataset.mode} run`
          : element.dataset.lane
          ? `lane ${element.dataset.lane}`
          : name),
      tag: element.tagName,
      isVisible: element.matches(":focus-visible") && getComputedStyle(element).outlineWidth > "0",
      by: there === null ? `nothing at ${box.y} of ${innerHeight}` : there.outerHTML.slice(0, 80),
      isCovered: there === null || !element.contains(there) && !there.contains(element),
    };
  },
  small: (least) =>
    [...document.querySelectorAll("button, input, select, summary, a.button")]
      .map((target) =>
        target.matches("[type=radio], [type=checkbox]") ? target.closest("label") : target
      )
      .map((target) => [target.textContent.trim() || target.id, target.getBoundingClientRect()])
      .filter(([, { width, height }]) => width > 0 && (width < least || height < least))
      .map(([name, { width, height }]) => `${name}: ${width} x ${height}`),
  /** How long it takes to do something, and to lay out what comes of it, in ms. */
  cost(act) {
    const before = performance.now();
    act();
    document.body.getBoundingClientRect();
    return performance.now() - before;
  },
};

// Any breach of the policy is an error, too.
addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => {
  console.error(`policy: ${violatedDirective} ${blockedURI}`);
});

new PerformanceObserver((list) => {
  for (const { hadRecentInput, value, sources } of list.getEntries()) {
    const what = sources.map(({ node }) => node?.id || node?.className || node?.nodeName).join(" ");
    if (!hadRecentInput) lab.shifts.push([value, what]);
  }
}).observe({ type: "layout-shift", buffered: true });

addEventListener("DOMContentLoaded", () => {
  for (const [run, bench] of benches().entries()) {
    lab.gaps.push(false);
    new MutationObserver(() => {
      lab.gaps[run] ||= parseFloat(bench.querySelector("rect.gap").getAttribute("width")) > 0;
    }).observe(bench, { attributeFilter: ["width"], subtree: true });
  }
  for (const element of document.querySelectorAll(".connection")) {
    const heard = [];
    lab.connections.push(heard);
    new MutationObserver(() => {
      const { connection } = element.dataset;
      // Before it first connects, it is computed.
      if (heard.length === 0 && connection !== "connecting") return;
      if (connection !== heard.at(-1)) heard.push(connection);
    }).observe(element, { attributes: true });
  }
});
