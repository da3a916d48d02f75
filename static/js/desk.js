// The review desk's own help, on top of pages that work without it: where one begins after a vote, and single keys.
// Its law: a key presses a button or follows a link that is on the page anyway. Nothing here writes.
(() => {
  "use strict";

  const TOO_SOON = 400; // milliseconds: a key meant for the page before this one
  const began = performance.now();

  // After a vote the next suggestion, or the queue at its end, came as a new page: begin at its heading (or where the address points, to which the
  // browser goes by itself), and say aloud what became of the last one; a status that is there when a page comes is not
  // read, so it is set a moment later.
  const said = document.querySelector("[data-said]");
  if (said) {
    const title = document.getElementById("suggestion") || document.querySelector("main h1");
    if (!location.hash) title.focus();
    setTimeout(() => { document.getElementById("live").textContent = said.textContent; }, 300);
  }

  if (!document.getElementById("keys-on")) return; // turned off, or nobody is signed in

  const one = (selector, within = document) => within.querySelector(selector);
  const shown = (element) => element && element.getClientRects().length > 0;

  // ---- where one is: a row of the queue, or a change of a suggestion ----
  const stops = () => [...document.querySelectorAll("main .row h2 a, main .change > header h2")].filter(shown);
  const holder = (stop) => stop.closest(".row, .change");
  const here = () => stops().findIndex((stop) => holder(stop).contains(document.activeElement));
  const step = (by) => {
    const all = stops();
    const at = here();
    const to = at < 0 ? all[by > 0 ? 0 : all.length - 1] : all[at + by];
    if (to) to.focus();
  };

  // The change that one is at; else the first that can be voted on.
  const VOTE = ".act form[action*='/vote']";
  const change = () => {
    const at = document.activeElement.closest(".change");
    return at || [...document.querySelectorAll(".change")].find((card) => shown(one(`${VOTE} button`, card))) || one(".change");
  };
  const press = (element) => {
    if (shown(element)) element.click();
  };
  const pressIn = (selector) => {
    const card = change();
    if (card) press([...card.querySelectorAll(selector)].find(shown));
  };
  const reject = () => {
    const card = change();
    const reason = card && one(`${VOTE} select[name=reason]`, card);
    if (!reason) return;
    reason.closest("details").open = true;
    if (shown(reason)) reason.focus();
  };
  const help = document.getElementById("keys");
  const toggleHelp = () => {
    if (help.open) help.close();
    else {
      help.showModal();
      one("form button", help).focus(); // it would else be on the way to turn them off
    }
  };
  const way = one("[data-keys-help]");
  way.hidden = false;
  way.addEventListener("click", toggleHelp);

  const VOTES = "aru"; // what moves on to another page: held down or pressed twice they have one effect
  const ACTS = {
    j: () => step(1),
    k: () => step(-1),
    a: () => pressIn(`${VOTE} button[value=approve]`),
    r: reject,
    s: () => press(one("a[data-key=s]")),
    e: () => pressIn("a[href*='/amend']"),
    u: () => press([...document.querySelectorAll("form[action*='/take-back'] button")].find(shown)),
    "/": () => one("#q").focus(),
    "?": toggleHelp,
  };

  // One press in flight at a time, whichever key it was: the page that answers may be another one.
  let isBusy = false;
  document.addEventListener("submit", () => { isBusy = true; }, true);
  document.addEventListener("htmx:finally:request", (event) => { isBusy = Boolean((event.detail.ctx.hx || {}).redirect); });
  window.addEventListener("pageshow", () => { isBusy = false; });

  const isTyping = (element) => element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented || isTyping(event.target)) return;
    if (help.open && event.key !== "?") return;
    const act = ACTS[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    const isVote = VOTES.includes(event.key.toLowerCase()) || event.key === "s";
    if (isVote && (event.repeat || isBusy || performance.now() - began < TOO_SOON)) return;
    act();
  });
})();
