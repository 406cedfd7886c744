const FADE_MS = 6000;
const UNDO_MS = 10_000; // there is more to read, and something to reach

function render({ model, el }) {
  settle(el, "mr-notice");
  const status = h("p", { role: "status" });
  const about = { "aria-keyshortcuts": "Control+Z Meta+Z", title: "Ctrl+Z" };
  const undoer = h("button", { type: "button", class: "mr-undo", hidden: true, ...about }, "Undo");
  const toast = h("div", { class: "mr-toast" }, status, undoer);
  // What is for who listens alone has a place of its own: it takes no note away that somebody is about to undo.
  const whisper = h("p", { class: "mr-whisper", "aria-live": "polite" });
  const note = model.get("note");
  const box = h("div", { class: "mr-toasts" }, toast, whisper);
  el.append(box);
  let fading = null;
  let undo = null;
  let fresh = Boolean(note); // and not read yet: where the address leads is told beside the note

  /** Let the note go after a while, but not from under a hand or a finger on the Tab key. */
  const fade = (ms) => {
    clearTimeout(fading);
    fading = setTimeout(() => (toast.matches(":hover, :focus-within") ? fade(FADE_MS) : toast.classList.add("mr-gone")), ms);
  };
  undoer.addEventListener("click", ({ detail }) => {
    toast.classList.add("mr-gone");
    undo({ byKey: detail === 0 });
  });
  /** From wherever they are in our page: by Tab it is a long way to a note at its end. In a text the key is the text's. */
  const undoByKey = (event) => {
    if (event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    if (undoer.hidden || !undoer.checkVisibility({ visibilityProperty: true }) || typing()) return;
    if (pageOf(event.target) !== pageOf(el) && event.target !== document.body) return;
    event.preventDefault();
    event.stopPropagation();
    undoer.click();
  };
  document.addEventListener("keydown", undoByKey, { capture: true });

  /**
   * Say something: aloud only (quiet), or as a short note at the foot of the window, with a way to undo what was
   * done if there is one; an alert stays until it is closed.
   */
  const say = ({ text, alert = false, quiet = false, reload = false, silence = false, undo: undoing = null }) => {
    if (quiet) return (whisper.textContent = text);
    // Said once and not at each key stroke: whoever is on their way to the button would lose it.
    if (reload && box.querySelector(".mr-reload")) return;
    box.querySelector("[role=alert]")?.remove();
    fresh = alert && text === note;
    clearTimeout(fading);
    undo = undoing;
    undoer.hidden = !undo;
    if (alert) {
      status.textContent = "";
      toast.classList.remove("mr-said");
      const close = h("button", { type: "button", class: "mr-close", "aria-label": "Dismiss" }, "×");
      const told = h("p", { class: "mr-said mr-wrong", role: "alert" }, h("span", {}, text), reload && reloader(), close);
      told.classList.toggle("mr-silence", silence);
      close.addEventListener("click", () => told.remove());
      box.append(told);
      return;
    }
    toast.classList.remove("mr-gone");
    toast.classList.add("mr-said");
    status.textContent = text;
    fade(undo ? UNDO_MS : FADE_MS);
  };
  /** What went wrong at another place is over; that the connection is lost is not. */
  const moved = () => {
    if (!fresh) box.querySelector("[role=alert]:not(:has(.mr-reload))")?.remove();
    fresh = false;
  };
  const stops = [hear(el, "say", say), hear(el, "arrive", moved)];
  // Once it is in the page: what is there from the beginning is not read out.
  const notYet = note ? whenShown(el, () => say({ text: note, alert: true })) : () => {};
  return () => {
    stops.forEach((stop) => stop());
    notYet();
    clearTimeout(fading);
    document.removeEventListener("keydown", undoByKey, { capture: true });
  };
}

export default { render };
