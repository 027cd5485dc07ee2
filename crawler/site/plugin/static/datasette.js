// What Datasette's own scripts leave out for people without a mouse: menus of columns by keyboard, the SQL editor's name.
const words = document.querySelector(".landscape-bar")?.dataset ?? {};
let opener = null;

function menu() {
  return document.querySelector("body > .dropdown-menu");
}

function close() {
  menu().style.display = "none";
  opener.focus();
  opener = null;
}

function open(icon) {
  // Datasette's script hears clicks alone.
  icon.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
  opener = icon;
  [...menu().querySelectorAll("a, button")].find(one => one.checkVisibility())?.focus();
}

function reach(icon) {
  icon.setAttribute("role", "button");
  icon.setAttribute("tabindex", "0");
  icon.setAttribute("aria-label", words.menu ?? "");
  icon.addEventListener("keydown", event => {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      open(icon);
    }
  });
}

// By then Datasette's scripts have made the menus and the editor.
addEventListener("load", () => {
  document.querySelectorAll("th svg.dropdown-menu-icon").forEach(reach);
  menu()?.addEventListener("keydown", event => {
    // It stands at the end of the page: who leaves it goes back to where it was opened.
    const links = [...menu().querySelectorAll("a, button")].filter(one => one.checkVisibility());
    const isLeft = event.key === "Tab" && document.activeElement === (event.shiftKey ? links[0] : links.at(-1));
    if (opener && (event.key === "Escape" || isLeft)) {
      event.preventDefault();
      close();
    }
  });
  const name = document.querySelector("#sql-editor")?.getAttribute("aria-label");
  const typed = document.querySelector(".CodeMirror textarea, .cm-editor [contenteditable]");
  if (name && typed) typed.setAttribute("aria-label", name);
});
