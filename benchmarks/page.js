// Stopwatches that run in the page, so that nothing between here and the browser's driver is counted.

/** Call back once when() is true: looked at after every change of the page and at every frame. */
function once(when, then) {
  let done = false;
  const look = () => {
    if (done || !when()) return;
    done = true;
    observer.disconnect();
    then();
  };
  const observer = new MutationObserver(look);
  observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  const frame = () => {
    look();
    if (!done) requestAnimationFrame(frame);
  };
  frame();
}

/** Call back when what has just been put into the page has been drawn. */
function drawn(then) {
  requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = then;
    channel.port2.postMessage(0);
  });
}

/** Is it there for a finger: shown, and not under something else? */
function reachable(node) {
  const { left, top, width, height } = node.getBoundingClientRect();
  return width > 0 && node.contains(document.elementFromPoint(left + width / 2, top + height / 2));
}

const stopwatches = {
  /** Milliseconds since the navigation began, once a click on the tab "Sign up" has been answered. */
  arrival: new Promise((resolve) => {
    const tab = () => [...document.querySelectorAll("[role=tab]")].find((node) => node.textContent.trim() === "Sign up");
    const isAnswered = () => {
      if (!tab() || !reachable(tab())) return false;
      if (tab().ariaSelected !== "true") tab().click();
      return tab().ariaSelected === "true" && reachable(document.getElementById(tab().getAttribute("aria-controls")));
    };
    once(isAnswered, () => {
      const usable = performance.now();
      drawn(() => {
        const [page] = performance.getEntriesByType("navigation");
        const all = [page, ...performance.getEntriesByType("resource")].filter((entry) => entry.startTime < usable);
        resolve({
          "first byte": page.responseStart,
          "first paint": performance.getEntriesByName("first-contentful-paint")[0].startTime,
          usable,
          requests: all.length,
          kB: all.reduce((sum, entry) => sum + entry.transferSize, 0) / 1000,
        });
      });
    });
  }),

  /** Start at the next event of that type; stop at the first result that was not there before. */
  start(type, result) {
    const before = result();
    let begun = 0;
    addEventListener(type, (event) => (begun = event.timeStamp), { capture: true, once: true });
    this.lap = new Promise((resolve, reject) => {
      setTimeout(() => reject(new Error(`nothing after ${type}`)), 20000);
      once(
        () => begun && result() && result() !== before,
        () => {
          const there = performance.now() - begun;
          drawn(() => resolve({ there, drawn: performance.now() - begun }));
        },
      );
    });
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
