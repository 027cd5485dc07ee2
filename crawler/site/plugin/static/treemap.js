// The line below a treemap: all of the area that one points at or has reached. Without it the table says the same.
(() => {
  "use strict";
  for (const trees of document.querySelectorAll(".trees")) {
    const line = trees.querySelector(".seen");
    const hint = line.textContent;
    const show = (event) => {
      const area = event.target.closest("a") || trees.querySelector("a:focus");
      line.textContent = area ? area.getAttribute("aria-label") : hint;
      line.classList.toggle("read", Boolean(area));
    };
    for (const kind of ["pointerover", "pointerleave", "focusin", "focusout"]) trees.addEventListener(kind, show);
  }
})();
