// Stopwatches that run in the page, so that nothing between here and the browser's driver is counted.
// A change of the page is looked at as it happens; what changes nothing in the document, at the next frame.

/** Resolve with what find() returns once that is true. */
function until(find) {
  return new Promise((resolve) => {
    let done = false;
    const look = () => {
      const found = !done && find();
      if (!found) return;
      done = true;
      observer.disconnect();
      resolve(found);
    };
    const observer = new MutationObserver(look);
    observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    const frame = () => {
      look();
      if (!done) requestAnimationFrame(frame);
    };
    frame();
  });
}

/** Resolve when what has just been put into the page has been drawn. */
function drawn() {
  return new Promise((resolve) => {
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = resolve;
      channel.port2.postMessage(0);
    });
  });
}

/** Is it there for a finger: shown, and not under something else? */
function reachable(node) {
  if (!node) return false;
  const { left, top, width, height } = node.getBoundingClientRect();
  return width > 0 && node.contains(document.elementFromPoint(left + width / 2, top + height / 2));
}

function firstPaint() {
  return new Promise((resolve) => {
    new PerformanceObserver((list) => {
      const [entry] = list.getEntriesByName("first-contentful-paint");
      if (entry) resolve(entry.startTime);
    }).observe({ type: "paint", buffered: true });
  });
}

const named = (selector, text) => [...document.querySelectorAll(selector)].find((node) => node.textContent.trim() === text);

/** Our page: a click on the tab "Sign up" opens its panel; the empty form is refused: by our server, or by the kernel. */
const door = {
  find: () => named("[role=tab]", "Sign up"),
  isAnswered: (tab) =>
    tab.ariaSelected === "true" && reachable(document.getElementById(tab.getAttribute("aria-controls"))),
  async handIn() {
    named("button", "Create account").click();
    await until(() => document.querySelector("form [role=alert]"));
  },
};

/** A page of one button: the kernel answers the click by giving it another word. */
const oneButton = {
  find: () => named("button", "Click"),
  isAnswered: (button) => button.textContent.trim() === "Clicked",
  async handIn() {},
};

const AGAIN_MS = 1000; // a click that was lost is made again

const stopwatches = {
  /**
   * Milliseconds since the navigation began. What is clicked has been drawn before: nobody clicks what they cannot
   * see. "usable" is when the document has the answer, "usable, drawn" when the screen has it.
   */
  arrival: (async () => {
    const thing = await until(() => [door, oneButton].find((one) => reachable(one.find())));
    await drawn();
    const shown = performance.now();
    const clicked = thing.find();
    clicked.click();
    const again = setInterval(() => clicked.click(), AGAIN_MS);
    await until(() => thing.isAnswered(clicked));
    const usable = performance.now();
    clearInterval(again);
    await drawn();
    const seen = performance.now();
    await thing.handIn();
    const answered = performance.now();
    const [page] = performance.getEntriesByType("navigation");
    return {
      "first byte": page.responseStart,
      "first paint": await firstPaint(),
      "app drawn": shown,
      usable,
      "usable, drawn": seen,
      "a form is answered": thing === oneButton ? usable : answered,
    };
  })(),

  /** Milliseconds since the navigation began until somebody who was logged in before can search, and sees films. */
  async signedIn() {
    await until(() => reachable(document.querySelector("[role=combobox]")) && document.querySelector("[role=list] > *"));
    const there = performance.now();
    await drawn();
    return { there, drawn: performance.now(), painted: await firstPaint() };
  },

  /** Start at the next event of that type; stop at the first result that was not there before. */
  start(type, result) {
    const before = result();
    let begun = 0;
    addEventListener(type, (event) => (begun = event.timeStamp), { capture: true, once: true });
    const late = new Promise((_, reject) => setTimeout(() => reject(new Error(`nothing after ${type}`)), 20000));
    const measured = until(() => begun && result() && result() !== before).then(async () => {
      const there = performance.now() - begun;
      await drawn();
      return { there, drawn: performance.now() - begun };
    });
    this.lap = Promise.race([measured, late]);
    this.lap.catch(() => {}); // told to who asks for it
  },

  /** A key stroke brings options: new ones each time, be they the same films. */
  key() {
    this.start("keydown", () => document.querySelector("[role=listbox]:not([hidden]) > [role=option]"));
  },

  /** A click brings ten cards. */
  pick() {
    this.start("click", () => {
      const list = document.querySelector("[role=list][aria-labelledby]");
      if (!list || list.children.length !== 10) return null;
      return document.getElementById(list.getAttribute("aria-labelledby")).textContent.startsWith("Films like") && list;
    });
  },
};
window.stopwatches = stopwatches;
