/** Draw one option: a swatch of the film's colour, "Title (Year)", and whose film it is, which tells namesakes apart. */
function optionOf(film, id) {
  return h(
    "li",
    { role: "option", id, "aria-selected": "false", class: "mr-option", "--hue": film.hue },
    h("span", { class: "mr-swatch", "aria-hidden": "true" }),
    h(
      "span",
      { class: "mr-option-title" },
      h("span", { dir: "auto" }, film.title),
      film.year ? h("span", { class: "mr-soft" }, ` (${film.year})`) : "",
    ),
    film.by ? h("span", { class: "mr-option-by", dir: "auto" }, ` ${film.by}`) : "",
  );
}

const FIND = "Find a film";
const PLACEHOLDER = "A film you like…";
const SEARCHABLE = "You can search for titles, directors and actors.";

function render({ model, el }) {
  settle(el, "mr-search");
  const id = uid("find");
  const input = h("input", {
    id,
    class: "mr-input mr-find",
    type: "text",
    role: "combobox",
    placeholder: PLACEHOLDER,
    enterkeyhint: "search",
    autocomplete: "off",
    autocapitalize: "none",
    autocorrect: "off",
    spellcheck: "false",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": `${id}-list`,
  });
  const list = h("ul", { class: "mr-options", role: "listbox", id: `${id}-list`, "aria-label": "Films found" });
  list.hidden = true;
  const nothing = h("p", { class: "mr-options mr-nothing", dir: "auto", hidden: true });

  let seq = 0; // of the newest question; replies to older ones are dropped
  let answered = 0;
  let films = [];
  let active = -1;
  let pickFirst = false; // Enter came before the answer
  let cancel = () => {};
  let asking = null;
  let leave = null; // what to do when no film is to be mixed in after all

  const open = (shown) => {
    list.hidden = !shown || !films.length;
    nothing.hidden = true;
    input.setAttribute("aria-expanded", String(!list.hidden));
    if (list.hidden) activate(-1);
  };
  const activate = (index) => {
    list.children[active]?.setAttribute("aria-selected", "false");
    active = index;
    const option = list.children[active];
    if (!option) return input.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option.id);
  };
  /** Wait for an answer, visibly when it takes a moment; without one, say so. */
  const wait = () => {
    cancel();
    clearTimeout(asking);
    asking = setTimeout(() => el.classList.add("mr-asking"), 150);
    cancel = patience(() => {
      rest();
      tellOfSilence(el);
    });
  };
  const rest = () => {
    cancel();
    clearTimeout(asking);
    // Only if it is there: once an address has been written, Chromium's autofill watches the classes around a text that was
    // typed, and each time one is written it lays out the page at once, to see whether the text is still shown.
    if (el.classList.contains("mr-asking")) el.classList.remove("mr-asking");
  };
  const forget = () => {
    seq += 1;
    answered = seq;
    films = [];
    pickFirst = false;
    list.replaceChildren();
    open(false);
    rest();
  };
  const ask = () => {
    if (!input.value.trim()) return forget();
    seq += 1;
    pickFirst = false;
    wait();
    // Nobody types that much; what was pasted by mistake need not travel.
    send(model, el, { kind: "search", seq, text: input.value.slice(0, 1000) });
  };
  const pick = (film) => {
    if (!film) return;
    input.value = "";
    forget();
    tell(el, "wait", { title: leave ? "Your mix" : film.title });
    wait();
    send(model, el, { kind: leave ? "mix" : "pick", movie_id: film.movie_id });
  };
  /** The next film that is chosen is mixed with what is picked, until one is, or the visitor leaves it. */
  const mix = ({ names, leave: leaving }) => {
    leave = leaving;
    label.textContent = `Mix ${names} with…`;
    canceller.hidden = false;
    input.placeholder = "Another film you like…";
    input.value = "";
    forget();
    input.focus();
  };
  const find = () => {
    if (!leave) return;
    leave = null;
    label.textContent = FIND;
    canceller.hidden = true;
    input.placeholder = PLACEHOLDER;
  };
  const cancelMix = () => {
    const leaving = leave;
    input.value = "";
    forget();
    find();
    leaving();
  };
  const show = (message) => {
    if (message.seq !== seq) return;
    answered = seq;
    rest();
    films = message.options;
    list.replaceChildren(
      ...films.map((film, index) => {
        const option = optionOf(film, `${id}-${seq}-${index}`);
        option.addEventListener("click", () => pick(film));
        return option;
      }),
    );
    active = -1;
    input.removeAttribute("aria-activedescendant");
    if (pickFirst && films.length) return pick(films[0]);
    const there = el.contains(document.activeElement);
    if (there) open(true);
    nothing.textContent = `No film found for “${input.value.trim().slice(0, 60)}”. ${SEARCHABLE}`;
    nothing.hidden = !there || films.length > 0;
    const found = films.length === 1 ? "1 film found" : `${films.length} films found`;
    tell(el, "say", { text: films.length ? found : nothing.textContent, quiet: true });
  };

  const keys = {
    ArrowDown: () => move(active + 1),
    ArrowUp: () => move(active < 0 ? films.length - 1 : active - 1),
    Home: () => (active < 0 ? false : move(0)),
    End: () => (active < 0 ? false : move(films.length - 1)),
    Enter: () => {
      if (active >= 0) pick(films[active]);
      else if (answered === seq) pick(films[0]);
      else pickFirst = true;
    },
    Escape: () => {
      if (!list.hidden || !nothing.hidden) return open(false);
      if (leave && !input.value) return cancelMix();
      input.value = "";
      forget();
    },
    Tab: () => (open(false), false),
  };
  const move = (index) => {
    if (!films.length) return;
    if (list.hidden) open(true);
    // One step beyond either end is the text itself, as in the address bar.
    activate(index >= films.length || index < 0 ? -1 : index);
  };
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || !Object.hasOwn(keys, event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (keys[event.key]() !== false) event.preventDefault();
  });
  input.addEventListener("input", ask);
  input.addEventListener("focus", () => open(true));
  // A click may fall on what is left of it below the bar, and then the browser sees no need to scroll.
  const bringOut = () => input.scrollIntoView({ block: "nearest" });
  input.addEventListener("click", () => (open(true), bringOut()));
  input.addEventListener("input", () => requestAnimationFrame(bringOut)); // which measures the page anyway
  input.addEventListener("blur", () => open(false));
  // The text keeps the focus while an option is pressed, or blur would close the list before the click.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("mousedown", (event) => event.preventDefault());

  const label = h("label", { for: id, class: "mr-find-label", dir: "auto" }, FIND);
  const canceller = h("button", { type: "button", class: "mr-cancel", hidden: true, onclick: cancelMix }, "Cancel");
  el.append(
    h(
      "search",
      { role: "search", class: "mr-column" },
      h("div", { class: "mr-find-head" }, label, canceller),
      h("div", { class: "mr-find-box" }, input, spinner(), list, nothing),
    ),
  );
  // The form that logged in is gone and took the focus along. Not on a touch screen: its keyboard would cover the films.
  const begin = () => document.activeElement === document.body && fine() && input.focus();
  const stops = [
    answers(model, el, { options: show }),
    hear(el, "idle", rest),
    hear(el, "mix", mix),
    hear(el, "arrive", find), // at another film
    whenShown(el, begin),
  ];
  return () => {
    cancel();
    stops.forEach((stop) => stop());
  };
}

export default { render };
