// Logging out of our server. Nobody waits for it: the kernel brings the start page meanwhile.

const LEAVING = "movierec-leaving"; // tells all of the page's scripts how it goes: "late", "stuck" or "out"
const LEAVE_MS = 120_000;
const LEAVE_TRY_MS = 15_000; // the server itself gives a database that is locked ten seconds
const LONGEST_LEAVE_PAUSE_MS = 10_000;
const STILL_IN = "You may still be signed in on this device: logging out has not worked";
const LEAVING_WORDS = { late: `${STILL_IN} yet. We keep trying.`, stuck: `${STILL_IN}.` };

let leaving = new AbortController(); // the last time

/**
 * End the login that the browser's cookie stands for, where there is one; also while the page is being left. It is tried again
 * when the server could not, but not once somebody logs in, here or in another tab: that login would be ended instead.
 */
async function leave(model) {
  if (!model.get("login_url")) return;
  leaving.abort();
  const mine = (leaving = new AbortController());
  const told = (how) => dispatchEvent(new CustomEvent(LEAVING, { detail: how }));
  const end = (how) => {
    mine.abort();
    told(how);
  };
  const silence = setTimeout(told, ANSWER_MS, "late");
  const logIns = new BroadcastChannel(LOGGING_IN);
  logIns.onmessage = () => end("stuck");
  mine.signal.addEventListener("abort", () => {
    clearTimeout(silence);
    logIns.close();
  });
  const last = Date.now() + LEAVE_MS;
  for (let wait = FIRST_PAUSE_MS; !mine.signal.aborted; wait = Math.min(2 * wait, LONGEST_LEAVE_PAUSE_MS)) {
    const signal = AbortSignal.any([mine.signal, AbortSignal.timeout(LEAVE_TRY_MS)]);
    const more = { method: "DELETE", headers: { "X-Movierec": "1" }, keepalive: true, signal };
    const answer = await atServer(model, "login", more).catch(() => null);
    if (mine.signal.aborted) return;
    if (answer?.ok) return end("out");
    if (Date.now() > last) return end("stuck");
    told("late");
    await pause(wait);
  }
}
