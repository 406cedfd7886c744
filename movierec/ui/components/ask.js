// The way of forms with passwords: to the server where it has one for them, else to the kernel; the answers are the same.

const PLACES = { log_in: "login", sign_up: "signup" }; // the others are called as they are
const ANSWER_MS = 3_000; // no answer for so long: the line may be dead, and asking again costs nothing
const GIVE_UP_MS = 60_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 4_000;
const LOGGING_IN = "movierec-logging-in"; // tells all scripts of ours in this browser that it may soon have another login
const SORRY = "Something went wrong on our side. Please try again.";
const UNREACHED = "We cannot be reached right now. Check your connection and try again.";
const NO_PLACE = "This page has to be loaded again.";

const atServer = (model, place, more) =>
  fetch(`${model.get("login_url")}${place}`, { credentials: "same-origin", cache: "no-store", redirect: "error", ...more });

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Tell what has begun to all tabs of this browser, this one included. */
function announce(what) {
  const channel = new BroadcastChannel(what);
  channel.postMessage("");
  channel.close();
}

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
  if (place === PLACES.log_in) announce(LOGGING_IN);
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

/** Hand in a form; its answer comes to what answers() hears, the server's with the form's kind. Returns whether it went. */
function ask(model, el, kind, fields) {
  if (!model.get("login_url")) return send(model, el, { kind, ...fields });
  request(model, PLACES[kind] ?? kind, fields).then((reply) => answer(el, { ...reply, form: kind }));
  return true;
}
