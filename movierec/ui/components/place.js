// Where the visitor is, in the page's address: a film (#862), a mix (#862+348), the profile. So the browser's Back and Forward,
// a reload, and a link that somebody keeps or sends lead there.

const PROFILE = "#profile";
const LATER_MS = 50; // a browser takes its time to write an address: the films are drawn first
const FILMS = /^#-?\d{1,9}(\+-?\d{1,9}){0,5}$/;

/** The place that the text after an address names; what names none is the beginning. */
const placeOf = (hash) =>
  hash === PROFILE ? hash : FILMS.test(hash) ? `#${[...new Set(hash.slice(1).split("+").map(Number))].join("+")}` : "";

/** The place of what is shown. */
const hashOf = (view) => placeOf(`#${(view.pick ? [view.pick] : view.mix).map((film) => film.movie_id).join("+")}`);

/**
 * Keep address and place the same, and call go(hash) when the visitor wants to be elsewhere: once at a time, since the answer
 * to the last step is the one that counts. visits: this one, and those that it goes on from. In a notebook the address is not
 * ours, and nothing is done.
 */
function whereabouts(visits, go) {
  if (!isAlone()) return { begin: () => false, move() {}, show() {}, uncover() {}, stay() {}, back: (_, ask) => ask(), end() {} };
  const { title } = document;
  const [visit] = visits;
  const isOurs = () => visits.includes(history.state?.visit);
  /** An entry that another visit has left in the browser's history leads nowhere. */
  const wanted = () => (history.state?.visit && !isOurs() ? "" : placeOf(location.hash));
  const write = (how, before, hash) => history[how]({ visit, before }, "", hash || addressOfPage());
  let shown = "";
  let asked = ""; // where the visitor wants to be
  let sent = null; // where go() has been asked to go, until it is there
  let pending = null; // what is still to be written
  let timer = 0;
  const drop = () => {
    clearTimeout(timer);
    pending = null;
  };
  const flush = () => {
    const change = pending;
    drop();
    change?.();
  };
  const move = () => {
    if (sent === null && asked !== shown) go((sent = asked));
  };
  const turn = () => {
    drop(); // whoever is elsewhere by now was here for no time
    asked = wanted();
    // Typed just now, or another visit's: from now on it is an entry of ours.
    if (!isOurs()) write("replaceState", history.state ? null : shown, asked);
    else if (location.hash !== asked || history.state.visit !== visit) write("replaceState", history.state.before, asked);
    move();
  };
  /** It is called that from now on; before the address has changed, the place before would be. */
  const call = (name) => queueMicrotask(() => (document.title = name ? `${name} · ${title}` : title));
  history.scrollRestoration = "manual";
  addEventListener("popstate", turn);
  return {
    /** Go where the address leads, at first; returns whether that is a film. */
    begin(at) {
      shown = at;
      asked = wanted();
      write("replaceState", isOurs() ? history.state.before : null, asked);
      move();
      return FILMS.test(sent);
    },
    move,
    /** This is shown now. */
    show(hash, name) {
      flush();
      const before = shown;
      shown = hash;
      if (sent !== null) {
        if (hash !== sent) return; // what was asked for before that; its answer comes
        sent = null;
        if (asked !== hash) return; // they have gone on: move()
      }
      asked = hash;
      const change = () => {
        if (location.hash !== hash) write("pushState", before, hash);
        call(name);
      };
      [pending, timer] = [change, setTimeout(flush, LATER_MS)];
    },
    /** What was over the films is closed. */
    uncover(hash, name) {
      flush();
      shown = asked = hash;
      sent = null;
      if (history.state?.before === hash) history.back();
      else if (location.hash !== hash) write("replaceState", history.state.before, hash);
      call(name);
    },
    /** What go() was asked for does not come. */
    stay() {
      if (sent === null) return;
      sent = null;
      asked = shown;
      if (location.hash !== shown) write("replaceState", history.state.before, shown);
    },
    /** Go back to a place: by the browser, where that would go there, else by asking. */
    back(hash, ask) {
      flush();
      history.state?.before === hash ? history.back() : ask();
    },
    end() {
      drop();
      removeEventListener("popstate", turn);
      history.scrollRestoration = "auto";
      document.title = title;
    },
  };
}
