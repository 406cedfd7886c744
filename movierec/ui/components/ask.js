// The way of forms with passwords: to the server where it has one for them, else to the kernel; the answers are the same.

const PLACES = { log_in: "login", sign_up: "signup" }; // the others are called as they are
const ANSWER_MS = 3_000; // no answer for so long: the line may be dead, and asking again costs nothing
const GIVE_UP_MS = 60_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 4_000;
const LEAVE_TRIES = 4;
const ASKED = "movierec-asked"; // tells all of the page's scripts that a form is on its way
const SORRY = "Something went wrong on our side. Please try again.";
const UNREACHED = "We cannot be reached right now. Check your connection and try again.";
const NO_PLACE = "This page has to be loaded again.";

const atServer = (model, place, more) =>
  fetch(`${model.get("login_url")}${place}`, { credentials: "same-origin", cache: "no-store", redirect: "error", ...more });

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Post until there is an answer, for a minute at most: lines break, and come back. Returns null when there was none. */
async function persist(model, place, more) {
  for (let wait = FIRST_PAUSE_MS, end = Date.now() + GIVE_UP_MS; ; wait = Math.min(2 * wait, LONGEST_PAUSE_MS)) {
    const [signal, pausing] = [AbortSignal.timeout(ANSWER_MS), pause(wait)]; // a silence was pause enough
    const answer = await atServer(model, place, { method: "POST", signal, ...more }).catch(() => null);
    if (answer || Date.now() > end) return answer;
    await pausing;
  }
}

/**
 * Post fields to the server; returns its answer, whatever happens, with its status. The name of the form is the same each
 * time it is sent: by it the server knows what it has answered before, though nobody heard it.
 */
async function request(model, place, fields = {}) {
  dispatchEvent(new Event(ASKED));
  const { kernel_id } = JSON.parse(document.getElementById("movierec-page").textContent);
  const headers = { "Content-Type": "application/json", "X-Movierec": "1", "X-Movierec-Form": uid("form") };
  const answer = await persist(model, place, { headers, body: JSON.stringify({ ...fields, kernel_id }) });
  if (!answer) return { kind: "failed", text: UNREACHED, status: 0 };
  const reply = await answer.json().catch(() => null);
  const { status } = answer;
  if (reply && typeof reply === "object") return { ...reply, status };
  const lost = status === 403 || status === 404;
  return { kind: "failed", text: lost ? NO_PLACE : SORRY, reload: lost, status };
}

/**
 * End the login that the browser's cookie stands for, where there is one; also while the page is being left. Nobody waits for
 * it: it is tried again when the server could not, but not once a form has been sent, which may begin the next login.
 */
async function leave(model) {
  if (!model.get("login_url")) return;
  const over = new AbortController();
  addEventListener(ASKED, () => over.abort(), { once: true, signal: over.signal });
  const more = { method: "DELETE", headers: { "X-Movierec": "1" }, keepalive: true };
  for (let tries = 0; tries < LEAVE_TRIES && !over.signal.aborted; tries += 1) {
    const answer = await atServer(model, "login", more).catch(() => null);
    if (answer && answer.status < 500) break;
    await pause(FIRST_PAUSE_MS * 2 ** tries);
  }
  over.abort();
}

/** Hand in a form; its answer comes to what answers() hears, the server's with the form's kind. Returns whether it went. */
function ask(model, el, kind, fields) {
  if (!model.get("login_url")) return send(model, el, { kind, ...fields });
  request(model, PLACES[kind] ?? kind, fields).then((reply) => answer(el, { ...reply, form: kind }));
  return true;
}
