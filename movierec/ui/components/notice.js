const FADE_MS = 6000;

function render({ el }) {
  settle(el, "mr-notice");
  const status = h("p", { class: "mr-said", role: "status" });
  const box = h("div", { class: "mr-toasts" }, status);
  el.append(box);
  let fading = null;

  /** Say something: aloud only (quiet), or as a short note at the foot of the window; an alert stays until it is closed. */
  const say = ({ text, alert = false, quiet = false, reload = false }) => {
    // Said once and not at each key stroke: whoever is on their way to the button would lose it.
    if (reload && box.querySelector(".mr-reload")) return;
    box.querySelector("[role=alert]")?.remove();
    clearTimeout(fading);
    if (alert) {
      status.textContent = "";
      const close = h("button", { type: "button", class: "mr-close", "aria-label": "Dismiss" }, "×");
      const told = h("p", { class: "mr-said mr-wrong", role: "alert" }, h("span", {}, text), reload && reloader(), close);
      close.addEventListener("click", () => told.remove());
      box.append(told);
      return;
    }
    status.classList.toggle("mr-quiet", quiet);
    status.classList.remove("mr-gone");
    status.textContent = text;
    if (!quiet) fading = setTimeout(() => status.classList.add("mr-gone"), FADE_MS);
  };
  const stop = hear(el, "say", say);
  return () => {
    stop();
    clearTimeout(fading);
  };
}

export default { render };
