/* Choices of the map apply at once: with a server by asking it for the same address, without one in the browser. */
(() => {
  "use strict";
  const form = document.getElementById("choices");
  const count = document.getElementById("count");
  const reset = document.getElementById("reset");
  const chips = document.getElementById("chosen");
  if (!form || !count || !reset || !chips) return;
  const filters = form.querySelector("details");
  document.documentElement.classList.add("scripted");
  const selects = [...form.querySelectorAll("select")];
  const mark = () => selects.forEach((one) => one.parentElement.classList.toggle("chosen", one.selectedIndex > 0));
  const say = (text) => { if (count.textContent !== text) count.textContent = text; };
  if (document.documentElement.hasAttribute("data-static")) inBrowser(); else withServer();
  mark();

  function focusFilters() { filters?.querySelector("summary").focus(); }

  function withServer() {
    const here = () => location.href.split("#")[0];
    let asking, last, shown = here();
    const show = async (address, how) => {
      asking?.abort();
      asking = new AbortController();
      const region = document.getElementById("map");
      region.classList.add("busy");
      region.setAttribute("aria-busy", "true");
      try {
        const answer = await fetch(address, { signal: asking.signal });
        if (!answer.ok) throw new Error(answer.statusText);
        const found = new DOMParser().parseFromString(await answer.text(), "text/html");
        region.replaceChildren(...found.getElementById("map").childNodes);
        for (const one of selects) {
          const fresh = found.getElementById(one.id);
          if (!fresh) continue;
          // Options that move to another document forget which of them is chosen.
          const { value } = fresh;
          one.replaceChildren(...fresh.children);
          one.value = value;
        }
        const marks = found.getElementById("chosen");
        chips.replaceChildren(...marks.children);
        chips.hidden = marks.hidden;
        document.title = found.title;
        const other = found.getElementById("reset");
        reset.hidden = other.hidden;
        reset.href = other.href;
        say(found.getElementById("count").textContent);
        if (how) history[how](null, "", address);
        shown = here();
        mark();
        region.classList.remove("busy");
        region.removeAttribute("aria-busy");
      } catch (fault) {
        // Another choice was faster, or there is no answer: then the browser itself shows why.
        if (fault.name !== "AbortError") location.assign(address);
      }
    };
    const addressOf = () => {
      // The first of each is what is shown where the address says nothing.
      const chosen = selects.filter((one) => one.selectedIndex > 0).map((one) => [one.name, one.value]);
      const query = new URLSearchParams(chosen).toString();
      return form.action.split("?")[0] + (query ? `?${query}` : "");
    };
    form.addEventListener("change", ({ target }) => {
      // Arrow keys try one value after another: back leads to before the first of them.
      const how = target === last ? "replaceState" : "pushState";
      last = target;
      show(addressOf(), how);
    });
    form.addEventListener("focusout", () => { last = undefined; });
    form.addEventListener("submit", (event) => { event.preventDefault(); show(addressOf(), "pushState"); });
    // Back leads to what was chosen before; a place on the page is no other choice.
    addEventListener("popstate", () => { if (here() !== shown) { last = undefined; show(here()); } });
    const takeBack = (event, link) => {
      event.preventDefault();
      last = undefined;
      show(link.href, "pushState").then(focusFilters);
    };
    reset.addEventListener("click", (event) => takeBack(event, reset));
    chips.addEventListener("click", (event) => {
      const link = event.target.closest("a");
      if (link) takeBack(event, link);
    });
  }

  function inBrowser() {
    const cards = [...document.querySelectorAll(".cards li[data-f]")].map((element) => ({
      element,
      numbers: element.dataset.f.split(" "),
      address: element.firstElementChild.getAttribute("href"),
    }));
    const names = form.dataset.names.split(" ");
    const labels = new Map(selects.flatMap((one) => [...one.options].map((option) => [option, option.textContent.replace(/ \([^()]*\)$/, "")])));
    const places = [...document.querySelectorAll(".part, .category, .group")];
    const heads = [...document.querySelectorAll(".category")].map((place) => {
      const whole = place.querySelector(".whole");
      const narrowed = document.createElement("span");
      narrowed.hidden = true;
      whole.after(narrowed);
      return { place, whole, narrowed };
    });
    const panel = document.getElementById("map").dataset.panel;
    const chip = document.getElementById("chip").content.firstElementChild;
    const steps = [...document.querySelectorAll("[data-step]")];
    const number = new Intl.NumberFormat(document.documentElement.lang);
    form.hidden = false;
    const distinct = (found) => new Map(found.map((card) => [card.address, card]));
    const apply = () => {
      const wanted = selects.map((one) => [one, names.indexOf(one.name), one.selectedOptions[0].dataset.n]);
      const fails = (card) => wanted.filter(([, at, value]) => value && card.numbers[at] !== value);
      const left = [];
      const nearly = new Map(selects.map((one) => [one, []]));
      for (const card of cards) {
        const failed = fails(card);
        card.element.hidden = failed.length > 0;
        if (!failed.length) left.push(card);
        else if (failed.length === 1) nearly.get(failed[0][0]).push(card);
      }
      // Of the last to the first: a category is empty where its parts are.
      for (const place of places) place.hidden = !place.querySelector(".cards li:not([hidden])");
      for (const [one, at] of wanted) {
        const counts = new Map();
        const seen = new Set();
        for (const card of [...left, ...nearly.get(one)]) {
          // A project may stand in several places: once in each.
          const value = card.numbers[at];
          if (seen.has(`${value} ${card.address}`)) continue;
          seen.add(`${value} ${card.address}`);
          counts.set(value, (counts.get(value) ?? 0) + 1);
        }
        for (const option of one.options)
          if (option.value) option.textContent = `${labels.get(option)} (${number.format(counts.get(option.dataset.n) ?? 0)})`;
      }
      const all = [...distinct(left).values()];
      for (const step of steps)
        step.textContent = number.format(all.filter((card) => card.element.classList.contains(step.dataset.step)).length);
      const isAll = wanted.every(([, , value]) => !value);
      say(isAll ? count.dataset.all : count.dataset.pattern.replace("{matching}", number.format(all.length)).replace("{total}", number.format(distinct(cards).size)));
      reset.hidden = isAll;
      document.getElementById("empty").hidden = all.length > 0;
      for (const { place, whole, narrowed } of heads) {
        // Stars and growth are of all of them.
        const kept = new Set([...place.querySelectorAll(".cards li:not([hidden]) a")].map((link) => link.getAttribute("href")));
        whole.hidden = kept.size !== Number(whole.dataset.n);
        narrowed.hidden = !whole.hidden;
        narrowed.textContent = panel.replace("{n}", number.format(kept.size)).replace("{total}", number.format(whole.dataset.n));
      }
      chips.hidden = isAll;
      chips.replaceChildren(...selects.filter((one) => one.value).map((one) => {
        const made = chip.cloneNode(true);
        const link = made.querySelector("a");
        link.dataset.name = one.name;
        link.firstElementChild.textContent = `${one.labels[0].textContent}: ${labels.get(one.selectedOptions[0])}`;
        return made;
      }));
      if (!isAll && filters) filters.open = true;
      mark();
    };
    const written = () => new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== "")).toString();
    const keep = () => {
      // Without a server an address may change behind its # alone; other colours and sizes keep it.
      location.replace(`#${written()}`);
      for (const link of document.querySelectorAll(".looks a")) link.hash = written();
    };
    const read = (text) => {
      const asked = new URLSearchParams(text.slice(1));
      for (const one of selects) one.value = [...one.options].some((option) => option.value === asked.get(one.name)) ? asked.get(one.name) : "";
      apply();
    };
    form.addEventListener("change", () => { apply(); keep(); });
    form.addEventListener("submit", (event) => event.preventDefault());
    reset.addEventListener("click", (event) => {
      event.preventDefault();
      form.reset();
      for (const one of selects) one.selectedIndex = 0;
      apply();
      keep();
      focusFilters();
    });
    chips.addEventListener("click", (event) => {
      const link = event.target.closest("a");
      if (!link) return;
      event.preventDefault();
      selects.find((one) => one.name === link.dataset.name).value = "";
      apply();
      keep();
      focusFilters();
    });
    addEventListener("hashchange", () => read(location.hash));
    // An address of the served site works, too, until something else is chosen.
    read(location.href.includes("#") ? location.hash : location.search);
    for (const link of document.querySelectorAll(".looks a")) link.hash = written();
  }
})();
