// Small enhancements over pages that work without this file: where the focus goes after a swap, what is said
// aloud, what an error says in place, one press being one request, and buttons that only a script can serve.
// Nothing here writes.
(() => {
  "use strict";

  const focusOn = (element) => {
    if (element) element.focus({ preventScroll: false });
  };
  const live = document.getElementById("live");
  const say = (text) => { live.textContent = text; };

  // A page that came back with problems starts at their summary.
  focusOn(document.querySelector("[data-focus]"));

  // A second press of the same form within three seconds is the same press. Browsers that come back to a page that
  // they kept begin anew.
  const SAME_PRESS = 3000; // milliseconds
  let sent = new WeakMap();
  document.addEventListener("submit", (event) => {
    const last = sent.get(event.target);
    if (last !== undefined && event.timeStamp - last < SAME_PRESS) {
      event.preventDefault();
      event.stopImmediatePropagation();
    } else sent.set(event.target, event.timeStamp);
  }, true);
  window.addEventListener("pageshow", () => { sent = new WeakMap(); });
  document.addEventListener("htmx:finally:request", (event) => sent.delete(event.detail.ctx.sourceElement));

  // The element that asked may be gone after the swap, so what it wants is noted before.
  let wanted = null;
  document.addEventListener("htmx:before:swap", (event) => {
    const source = event.detail.ctx.sourceElement;
    wanted = source && source.dataset ? { after: source.dataset.after, say: source.dataset.say } : null;
  });
  document.addEventListener("htmx:after:swap", () => {
    if (!wanted) return;
    const problems = document.querySelector("[data-focus]");
    focusOn(problems || document.getElementById(wanted.after));
    const said = document.getElementById(wanted.say);
    if (said) say(said.textContent);
    wanted = null;
  });

  // An error that is a page of its own, or no answer at all, has no place inside a page: its words stand at the form
  // that asked, and what was typed stays.
  const tell = (form, sentences, links) => {
    const note = document.createElement("div");
    note.className = "note bad stack-tight";
    note.tabIndex = -1;
    note.setAttribute("role", "alert");
    for (const sentence of sentences) note.appendChild(document.createElement("p")).textContent = sentence;
    for (const link of links) {
      const way = note.appendChild(document.createElement("p")).appendChild(document.createElement("a"));
      way.href = link.getAttribute("href");
      way.textContent = link.textContent;
    }
    const earlier = form.querySelector(":scope > [role=alert]");
    if (earlier) earlier.remove();
    form.prepend(note);
    focusOn(note);
  };
  document.addEventListener("htmx:after:request", (event) => {
    const { sourceElement, response, text } = event.detail.ctx;
    const isPart = /^\s*<(?!!doctype|html)/i.test(text);
    if (response.status < 400 || isPart) return;
    event.preventDefault(); // no swap
    if ("quiet" in sourceElement.dataset) return; // it asked by itself, and will again
    const main = new DOMParser().parseFromString(text, "text/html").querySelector("main");
    const found = main ? [...main.querySelectorAll("h1, p:not([class~=kicker])")] : [];
    tell(sourceElement, found.length ? found.map((e) => e.textContent) : [live.dataset.noAnswer], main ? main.querySelectorAll("li > a") : []);
  });
  document.addEventListener("htmx:error", (event) => {
    const { ctx } = event.detail;
    if (ctx && !("quiet" in ctx.sourceElement.dataset)) tell(ctx.sourceElement, [live.dataset.noAnswer], []);
  });

  // ---- where somebody is: asked of the device only when the button is pressed, and only to some hundred metres ----
  for (const button of document.querySelectorAll("[data-locate]")) {
    button.hidden = !navigator.geolocation;
    button.addEventListener("click", () => {
      const box = document.getElementById(button.dataset.locate);
      say(button.dataset.looking);
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          box.value = `${coords.latitude.toFixed(3)}, ${coords.longitude.toFixed(3)}`;
          box.form.requestSubmit();
        },
        () => {
          say(button.dataset.nowhere);
          box.placeholder = button.dataset.example;
          box.focus();
        },
        { maximumAge: 300000, timeout: 15000 },
      );
    });
  }

  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
})();
