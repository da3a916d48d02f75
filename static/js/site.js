// Small enhancements over pages that work without this file: where the focus goes after a swap, what is said
// aloud, and buttons that only a script can serve. Nothing here writes.
(() => {
  "use strict";

  const focusOn = (element) => {
    if (element) element.focus({ preventScroll: false });
  };

  // A page that came back with problems starts at their summary.
  focusOn(document.querySelector("[data-focus]"));

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
    if (said) document.getElementById("live").textContent = said.textContent;
    wanted = null;
  });

  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
})();
