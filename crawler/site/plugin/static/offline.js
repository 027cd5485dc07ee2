// Search and comparison without a server: over the index in listed.js and told.js.
"use strict";
(() => {
  const { listed, told } = self.landscape;
  const language = document.documentElement.lang;
  const MOST_FOUND = 40, MOST_COMPARED = 6, MOST_LETTERS = 100;

  // An element with text in it; what strangers wrote is never anything but text.
  const made = (tag, text = "", parent = null) => {
    const element = document.createElement(tag);
    element.textContent = text;
    if (parent) parent.append(element);
    return element;
  };
  const put = (pattern, name, value) => pattern.replace(`{${name}}`, () => value);
  const number = (value) => value.toLocaleString(language);
  const remember = (query) => {
    // Some browsers do not let a file change its address.
    try { history.replaceState(null, "", query || location.pathname); } catch { /* it stays as it is */ }
  };

  // Lower case without accents: " word word …", so that " wo" finds the words that begin so; C++ and C# are words.
  const WORD = /[\p{L}\p{N}]+(?:[+#]+(?![\p{L}\p{N}+#]))?/gu;
  const folded = (text) => ` ${(text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().match(WORD) ?? []).join(" ")}`;

  function search() {
    const form = document.getElementById("search-form"), box = document.getElementById("offline-found");
    if (!form || !box) return;
    const input = form.elements.q, status = box.querySelector("[role=status]");
    const { organizations, categories } = listed;
    const place = (name, file, about, more, text, weight) =>
      ({ name, file, about, more, key: folded(name), all: folded(`${name} ${text}`), weight });
    const pages = {
      projects: listed.projects.map(([name, file, organization, category, ...figures], at) => {
        const [stars, license, language] = ["stars", "license", "language"].map((one) => figures[listed.figures.indexOf(one)]);
        const about = [organizations[organization]?.[0], categories[category]?.[0]].filter(Boolean);
        const more = stars === null ? "" : `${box.dataset.stars}: ${number(stars)}`;
        return place(name, file, [...about, more].filter(Boolean), told[at][0], [...about, license, language, ...told[at]].filter(Boolean).join(" "), stars ?? -1);
      }),
      organizations: organizations.map(([name, file]) => place(name, file, [], "", "", 0)),
      categories: categories.map(([name, file]) => place(name, file, [], "", "", 0)),
    };

    // How well a page fits: its very name, its beginning, its words, all else that is known of it; none: it does not.
    const fit = (page, query, words) => {
      if (!words.every((word) => page.all.includes(` ${word}`))) return null;
      if (page.key === query) return 0;
      if (page.key.startsWith(query)) return 1;
      return words.every((word) => page.key.includes(` ${word}`)) ? 2 : 3;
    };

    // Whether a word of the name is spelled nearly so: one letter off, of six or more two. Letters that change places count once.
    const isNear = (one, other) => {
      const most = one.length < 3 ? 0 : one.length < 6 ? 1 : 2;
      if (Math.abs(one.length - other.length) > most) return false;
      let before = [], last = Array.from({ length: other.length + 1 }, (_, at) => at);
      for (let row = 1; row <= one.length; row += 1) {
        const next = [row];
        for (let at = 1; at <= other.length; at += 1) {
          const cost = one[row - 1] === other[at - 1] ? 0 : 1;
          next[at] = Math.min(next[at - 1] + 1, last[at] + 1, last[at - 1] + cost);
          if (row > 1 && at > 1 && one[row - 1] === other[at - 2] && one[row - 2] === other[at - 1])
            next[at] = Math.min(next[at], before[at - 2] + 1);
        }
        if (Math.min(...next) > most) return false;
        [before, last] = [last, next];
      }
      return last[other.length] <= most;
    };
    const nearly = (page, query, words) => {
      const named = page.key.split(" ").filter(Boolean);
      return words.every((word) => page.all.includes(` ${word}`) || named.some((one) => isNear(word, one))) ? 4 : null;
    };

    const show = () => {
      const query = folded(input.value.slice(0, MOST_LETTERS)), words = query.split(" ").filter(Boolean);
      const fitting = (all, how) => words.length ? all.map((page) => [how(page, query, words), page]).filter(([rank]) => rank !== null) : [];
      let sets = Object.entries(pages).map(([kind, all]) => [kind, fitting(all, fit)]);
      const isExact = sets.some(([, found]) => found.length);
      if (!isExact) sets = Object.entries(pages).map(([kind, all]) => [kind, fitting(all, nearly)]);
      let count = 0;
      for (const [kind, found] of sets) {
        const section = box.querySelector(`[data-kind=${kind}]`), list = section.querySelector("ul");
        found.sort(([a, one], [b, other]) => a - b || other.weight - one.weight || one.name.localeCompare(other.name, language));
        list.replaceChildren(...found.slice(0, MOST_FOUND).map(([, page]) => {
          const item = made("li"), link = made("a", "", item);
          link.href = page.file;
          made("bdi", page.name, link);
          if (page.about.length) made("span", ` ${page.about.join(" · ")}`, item).className = "muted";
          if (page.more) made("bdi", page.more, made("p", "", item));
          return item;
        }));
        const rest = found.length - MOST_FOUND, note = section.querySelector(".note");
        note.hidden = rest <= 0;
        note.textContent = put(box.dataset.more, "n", number(rest));
        section.hidden = !found.length;
        count += found.length;
      }
      status.textContent = !words.length ? "" : isExact ? put(box.dataset.found, "n", number(count))
        : count ? put(put(box.dataset.near, "query", input.value), "n", number(count)) : put(box.dataset.nothing, "query", input.value);
    };

    input.value = new URLSearchParams(location.search).get("q") ?? "";
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      remember(input.value ? `?${new URLSearchParams({ q: input.value })}` : "");
      show();
    });
    input.addEventListener("input", show);
    // The arrows lead from the field through what was found.
    const step = (event) => {
      const way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      const stops = [input, ...box.querySelectorAll("li a")], at = stops.indexOf(document.activeElement);
      if (!way || at < 0 || !stops[at + way]) return;
      event.preventDefault();
      stops[at + way].focus();
    };
    for (const part of [form, box]) part.addEventListener("keydown", step);
    show();
  }

  function compare() {
    const form = document.getElementById("compare-form"), box = document.getElementById("compare-result");
    if (!form || !box) return;
    const input = document.getElementById("compare-add"), said = document.getElementById("compare-said");
    const figures = ["name", "file", "organization", "category", ...listed.figures];
    const projects = listed.projects.map((row) => Object.fromEntries(figures.map((name, at) => [name, row[at]])));
    const key = (project) => project.file.replace(/^projects\/|\.html$/g, "");
    const keyed = new Map(projects.map((project) => [key(project), project]));
    const find = (text) => keyed.get(text) ?? projects.find((project) => folded(project.name) === folded(text));
    let chosen = new URLSearchParams(location.search).getAll("project").map((id) => keyed.get(id)).filter(Boolean);
    chosen = [...new Set(chosen)].slice(0, MOST_COMPARED);

    const words = (name, value) => {
      if (name === "organization") value = listed.organizations[value]?.[0];
      if (name === "category") value = listed.categories[value]?.[0];
      const word = box.querySelector(`[data-${CSS.escape(name)}="${CSS.escape(value ?? "")}"]`);
      return word ? word.textContent : typeof value === "number" ? number(value) : value;
    };

    const show = () => {
      box.hidden = !chosen.length;
      for (const cell of box.querySelectorAll("thead th:not(:first-child), td")) cell.remove();
      for (const project of chosen) {
        const head = made("th", "", box.querySelector("thead tr")), link = made("a", "", head);
        head.scope = "col";
        link.href = project.file;
        made("bdi", project.name, link);
        const button = made("button", "×", head);
        button.type = "button";
        button.ariaLabel = put(form.dataset.remove, "name", project.name);
        button.addEventListener("click", () => {
          const at = chosen.indexOf(project);
          change(chosen.filter((one) => one !== project), put(form.dataset.removed, "name", project.name));
          const buttons = box.querySelectorAll("thead button");
          (buttons[Math.min(at, buttons.length - 1)] ?? input).focus();
        });
        for (const row of box.querySelectorAll("tr[data-figure]")) {
          const text = words(row.dataset.figure, project[row.dataset.figure]) ?? null, cell = made("td", "", row);
          made("bdi", text ?? box.dataset.unknown, cell).className = text === null ? "unknown" : "";
        }
      }
    };
    const change = (projects, words) => {
      chosen = projects;
      remember(chosen.length ? `?${new URLSearchParams(chosen.map((project) => ["project", key(project)]))}` : "");
      said.textContent = put(put(words, "n", number(chosen.length)), "most", number(MOST_COMPARED));
      show();
    };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const project = find(input.value.trim());
      if (!project) {
        said.textContent = put(form.dataset.unknown, "name", input.value);
      } else if (chosen.length === MOST_COMPARED && !chosen.includes(project)) {
        said.textContent = put(form.dataset.full, "most", number(MOST_COMPARED));
      } else {
        change([...new Set([...chosen, project])], put(form.dataset.added, "name", project.name));
        input.value = "";
        input.focus();
      }
    });
    document.getElementById("compare-names").append(...projects.map((project) => {
      const option = made("option");
      option.value = project.name;
      return option;
    }));
    form.hidden = false;
    show();
  }

  search();
  compare();
})();
