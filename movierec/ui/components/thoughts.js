// What the visitor thinks of films: "Like", "Not for me", or nothing.

const SHAPES = {
  1: "M8 13.6 2.7 8.4a3.4 3.4 0 0 1 4.8-4.8l.5.5.5-.5a3.4 3.4 0 0 1 4.8 4.8z",
  "-1": "M8 1.9a6.1 6.1 0 1 0 0 12.2A6.1 6.1 0 0 0 8 1.9zM3.7 3.7l8.6 8.6",
  mix: "M8 3v10M3 8h10",
};

function shapeOf(value) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [name, text] of Object.entries({ viewBox: "0 0 16 16", "aria-hidden": "true", focusable: "false" }))
    svg.setAttribute(name, text);
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", SHAPES[value]);
  svg.append(path);
  return svg;
}

const thought = (value, text) =>
  h(
    "button",
    { type: "button", class: "mr-thought", "data-value": value, "aria-pressed": "false" },
    shapeOf(value),
    text,
  );

const blankThoughts = h("div", { class: "mr-thoughts" }, thought(1, "Like"), thought(-1, "Not for me"));

/** Make the two buttons those of film. They are deaf but for thinker(), because twenty are drawn with each pick. */
function nameThoughts(node, film) {
  node.firstChild.setAttribute("aria-label", `Like ${film.label}`);
  node.lastChild.setAttribute("aria-label", `Not for me: ${film.label}`);
  return node;
}

const thoughtsOn = (film) => nameThoughts(blankThoughts.cloneNode(true), film);

/**
 * Show what the visitor thinks at once, let the kernel keep it, and go back to what is true when it cannot.
 * Each click is sent at once: the kernel takes them in order, so the last one counts, whatever comes next. undone(id, value,
 * { byKey }) is to bring whoever has undone that to where it was said.
 */
function thinker(model, el, undone) {
  const wanted = new Map(); // movie_id -> [value, answers to come]
  let cancel = () => {};
  const turn = (button, pressed) => {
    button.ariaPressed = String(pressed);
    if (button.dataset.value === "-1") button.closest("[data-film]").classList.toggle("mr-away", pressed);
  };
  /** Press what was said and nothing else; cards that nothing was said of, most of them, are not looked at. */
  const paint = () => {
    const said = { ...model.get("ratings") };
    for (const [id, [value]] of wanted) said[id] = value;
    const buttons = Object.entries(said).flatMap(([id, value]) => [
      ...el.querySelectorAll(`[data-film="${id}"] [data-value="${value}"]`),
    ]);
    for (const button of el.querySelectorAll('[data-value][aria-pressed="true"]'))
      if (!buttons.includes(button)) turn(button, false);
    for (const button of buttons) if (button.ariaPressed !== "true") turn(button, true);
  };
  const press = (event) => {
    const button = event.target.closest("[data-value]");
    // A double click is one click: after the first, another film may stand here.
    if (!button || event.detail > 1) return;
    const id = Number(button.closest("[data-film]").dataset.film);
    rate(id, button.ariaPressed === "true" ? 0 : Number(button.dataset.value));
  };
  /** A key held down is one press: "Enter" would say yes and no in turn for as long as it is down. */
  const hold = (event) => {
    if (event.repeat && event.target.closest("[data-value]")) event.preventDefault();
  };
  const forget = () => {
    cancel();
    wanted.clear();
    paint();
  };
  const rate = (id, value) => {
    wanted.set(id, [value, (wanted.get(id)?.[1] ?? 0) + 1]);
    paint();
    if (!send(model, el, { kind: "rate", movie_id: id, value })) return forget();
    cancel();
    cancel = patience(() => {
      forget();
      tellOfSilence(el);
    });
  };
  const rated = ({ movie_id: id, value, before, text }) => {
    const [last, more] = wanted.get(id) ?? [value, 1];
    if (more > 1) return wanted.set(id, [last, more - 1]);
    wanted.delete(id);
    if (!wanted.size) cancel();
    paint();
    const undo = (how) => {
      rate(id, before);
      undone(id, value, how);
    };
    tell(el, "say", { text, undo: value && value !== before ? undo : undefined });
  };
  const failed = ({ text }) => {
    forget();
    tell(el, "idle");
    tell(el, "say", { text, alert: true });
  };
  model.on("change:ratings", paint);
  el.addEventListener("click", press);
  el.addEventListener("keydown", hold);
  const stop = answers(model, el, { rated, failed });
  const end = () => {
    cancel();
    stop();
    model.off("change:ratings", paint);
    el.removeEventListener("click", press);
    el.removeEventListener("keydown", hold);
  };
  return { paint, end };
}
