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

/** The two buttons of a film. */
function thoughtsOn(film, rate) {
  const button = (value, text, name) => {
    // A double click is one click: after the first, another film may stand here.
    const press = (event) => event.detail < 2 && rate(film, event.currentTarget.ariaPressed === "true" ? 0 : value);
    const props = { type: "button", class: "mr-thought", "data-value": value, "aria-pressed": "false", onclick: press };
    return h("button", { ...props, "aria-label": name }, shapeOf(value), h("span", {}, text));
  };
  return h(
    "div",
    { class: "mr-thoughts" },
    button(1, "Like", `Like ${film.label}`),
    button(-1, "Not for me", `Not for me: ${film.label}`),
  );
}

/**
 * Show what the visitor thinks at once, let the kernel keep it, and go back to what is true when it cannot.
 * Each click is sent at once: the kernel takes them in order, so the last one counts, whatever comes next.
 */
function thinker(model, el, told) {
  const wanted = new Map(); // movie_id -> [value, answers to come]
  let cancel = () => {};
  const paint = () => {
    for (const card of el.querySelectorAll("[data-film]")) {
      const id = Number(card.dataset.film);
      const value = wanted.get(id)?.[0] ?? model.get("ratings")[id] ?? 0;
      card.classList.toggle("mr-away", value === -1);
      for (const button of card.querySelectorAll("[data-value]"))
        button.setAttribute("aria-pressed", String(Number(button.dataset.value) === value));
    }
  };
  const forget = () => {
    cancel();
    wanted.clear();
    paint();
  };
  const rate = ({ movie_id: id }, value) => {
    wanted.set(id, [value, (wanted.get(id)?.[1] ?? 0) + 1]);
    paint();
    if (!send(model, el, { kind: "rate", movie_id: id, value })) return forget();
    cancel();
    cancel = patience(() => {
      forget();
      tell(el, "say", { text: NO_ANSWER, alert: true });
    });
  };
  const rated = ({ movie_id: id, value, before, text }) => {
    const [last, more] = wanted.get(id) ?? [value, 1];
    if (more > 1) return wanted.set(id, [last, more - 1]);
    wanted.delete(id);
    if (!wanted.size) cancel();
    paint();
    const undo = () => {
      rate({ movie_id: id }, before);
      told(id, value);
    };
    tell(el, "say", { text, undo: value && value !== before ? undo : undefined });
  };
  const failed = ({ text }) => {
    forget();
    tell(el, "idle");
    tell(el, "say", { text, alert: true });
  };
  model.on("change:ratings", paint);
  const stop = answers(model, el, { rated, failed });
  const end = () => {
    cancel();
    stop();
    model.off("change:ratings", paint);
  };
  return { rate, paint, end };
}
