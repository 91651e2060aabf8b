// The page with script: pictures that tell their values to pointer and keys, choices, downloads, colors. Nothing is drawn
// here: pictures and tables come with the page, and what is told of a place in a picture is a row of its table. Texts reach
// the document only as text nodes and attributes, never as markup.
(() => {
  "use strict";
  const SVG = "http://www.w3.org/2000/svg";
  const spoken = document.getElementById("spoken");
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const element = (name, attributes = {}, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  };
  const drawn = (name, attributes = {}, ...children) => {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  };
  const clip = (text, length) => (text.length > length ? `${text.slice(0, length - 1)}…` : text);

  // What a row of a table says: a caption, and values by series and statistic.
  function reading(table, row) {
    const columns = [...table.tHead.rows[0].cells].map((cell) => {
      const unit = cell.querySelector(".unit")?.textContent ?? "";
      return { label: cell.firstChild?.textContent.trim() ?? "", unit };
    });
    const texts = [...row.cells].map((cell) => cell.textContent.trim());
    const first = columns[0];
    const caption = table.classList.contains("numbers") ? `${first.label} ${texts[0]} ${first.unit}`.trim() : texts[0];
    const values = columns
      .map((column, position) => ({ ...column, text: texts[position] ?? "" }))
      .slice(1)
      .filter((value) => value.text !== "");
    return { caption, values };
  }

  // "cities only: median" belongs to the series "cities only".
  const parts = (label) => {
    const end = label.lastIndexOf(": ");
    return end < 0 ? [label, ""] : [label.slice(0, end), label.slice(end + 2)];
  };

  function tipTable(values) {
    const units = new Set(values.map((value) => value.unit));
    const common = units.size === 1 && values.length > 1 ? values[0].unit : "";
    const shown = (value) => (common || !value.unit ? value.text : `${value.text} ${value.unit}`);
    const table = element("table");
    const add = (...texts) =>
      table.append(element("tr", {}, ...texts.map((text, position) => element(position ? "td" : "th", { dir: "auto" }, clip(text, 80)))));
    const split = values.map((value) => [...parts(value.label), shown(value)]);
    const series = [...new Set(split.map(([name]) => name))];
    const statistics = [...new Set(split.map(([, statistic]) => statistic))];
    if (statistics.length > 1 && series.length > 1) {
      const text = (name, statistic) => split.find(([one, other]) => one === name && other === statistic)?.[2] ?? "";
      const across = series.length <= 3;
      const [down, right] = across ? [statistics, series] : [series, statistics];
      add("", ...right);
      for (const label of down) add(label, ...right.map((other) => (across ? text(other, label) : text(label, other))));
    } else {
      for (const value of values) add(value.label, shown(value));
    }
    return common ? [table, element("p", {}, common)] : [table];
  }

  // Visiting the places of a picture.
  const numbers = (text) => (text ?? "").split(" ").filter(Boolean).map(Number);
  const visible = (picture) => all("svg", picture).find((svg) => svg.getClientRects().length > 0);

  function leave(picture) {
    for (const made of all(".tip, .cursor", picture)) made.remove();
  }

  function visit(figure, position) {
    const picture = figure.querySelector(".picture");
    const svg = visible(picture);
    const table = figure.querySelector(".scroll table");
    const row = table.tBodies[0].rows[position];
    leave(picture);
    if (!svg || !row) return;
    const [x, y] = [numbers(svg.dataset.x)[position], numbers(svg.dataset.y)[position]];
    const box = svg.viewBox.baseVal;
    const path =
      y === undefined ? `M${x} ${box.y}v${box.height}` : x === undefined ? `M0 ${y}h${box.width}` : `M${x - 9} ${y}a9 9 0 1 0 18 0a9 9 0 1 0 -18 0`;
    svg.append(drawn("path", { class: "cursor", d: path }));
    const { caption, values } = reading(table, row);
    const tip = element("div", { class: "tip" }, element("strong", { dir: "auto" }, clip(caption, 120)), ...tipTable(values));
    picture.append(tip);
    // Beside the place, within the picture.
    const [frame, area] = [picture.getBoundingClientRect(), svg.getBoundingClientRect()];
    const across = area.left - frame.left + (area.width * (x ?? box.width / 2)) / box.width;
    const down = area.top - frame.top + (area.height * ((y ?? box.y + 20) - box.y)) / box.height;
    const left = across + 14 + tip.offsetWidth > frame.width ? across - 14 - tip.offsetWidth : across + 14;
    tip.style.left = `${Math.max(0, Math.min(frame.width - tip.offsetWidth, left))}px`;
    tip.style.top = `${down + 12}px`;
    return [caption, ...values.map(({ label, text, unit }) => `${label} ${text}${unit ? ` ${unit}` : ""}`)].join("; ");
  }

  function nearest(svg, event) {
    const area = svg.getBoundingClientRect();
    const box = svg.viewBox.baseVal;
    const at = [
      box.x + ((event.clientX - area.left) / area.width) * box.width,
      box.y + ((event.clientY - area.top) / area.height) * box.height,
    ];
    const [xs, ys] = [numbers(svg.dataset.x), numbers(svg.dataset.y)];
    const distances = (xs.length ? xs : ys).map((_, k) => Math.hypot(xs.length ? xs[k] - at[0] : 0, ys.length ? ys[k] - at[1] : 0));
    return distances.indexOf(Math.min(...distances));
  }

  const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: -Infinity, End: Infinity };

  function enliven(figure) {
    const picture = figure.querySelector(".picture");
    const title = figure.querySelector("h3").textContent;
    const last = figure.querySelector(".scroll table").tBodies[0].rows.length - 1;
    let at = -1;
    for (const [key, value] of Object.entries({ tabindex: "0", role: "group", "aria-label": `Chart: ${clip(title, 200)}. Arrow keys read its values.` })) {
      picture.setAttribute(key, value);
    }
    const move = (event) => {
      const svg = visible(picture);
      if (svg) visit(figure, (at = nearest(svg, event)));
    };
    picture.addEventListener("pointermove", move);
    picture.addEventListener("pointerdown", move);
    const end = () => {
      at = -1;
      leave(picture);
    };
    picture.addEventListener("pointerleave", end);
    picture.addEventListener("blur", end);
    picture.addEventListener("keydown", (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey || last < 0) return;
      if (event.key === "Escape") {
        end();
      } else if (event.key in steps) {
        event.preventDefault();
        at = Math.min(last, Math.max(0, at + steps[event.key]));
        spoken.textContent = visit(figure, at) ?? "";
      }
    });
    tools(figure, title);
  }

  // Downloads.
  function save(blob, name) {
    const address = URL.createObjectURL(blob);
    const link = element("a", { href: address, download: name });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
  }

  // Words that a spreadsheet would take for a formula get an apostrophe.
  function csv(table) {
    const field = (text) => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
    const word = (text) => (/^[=+@\t-]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text);
    const value = (cell) => cell.dataset.v ?? word([...cell.childNodes].map((node) => node.textContent.trim()).filter(Boolean).join(", "));
    return [...table.rows].map((row) => [...row.cells].map((cell) => field(value(cell))).join(",")).join("\r\n") + "\r\n";
  }

  // The picture on screen with its title, and below it where it comes from, as `--plot` writes it.
  function picture(figure) {
    const shown = visible(figure.querySelector(".picture")).cloneNode(true);
    const credit = document.querySelector(`#credit .${shown.classList[1]}`).cloneNode(true);
    for (const cursor of all(".cursor", shown)) cursor.remove();
    const { width, height, y } = shown.viewBox.baseVal;
    const full = y + height;
    const total = Math.round(10 * (full + credit.viewBox.baseVal.height)) / 10;
    const description = figure.querySelector("figcaption p").textContent;
    const made = drawn(
      "svg",
      { class: "chart", width, height: total, viewBox: `0 0 ${width} ${total}`, role: "img" },
      drawn("title", {}, figure.querySelector("h3").textContent),
      drawn("desc", {}, description),
      drawn("style", {}, document.getElementById("picture-style").textContent),
      drawn("rect", { class: "fs", width, height: total }),
      ...shown.childNodes,
      drawn("g", { transform: `translate(0 ${full})` }, ...credit.childNodes),
    );
    return { text: `${new XMLSerializer().serializeToString(made)}\n`, width, height: total };
  }

  // As many pixels as `--plot` writes: two a point.
  function savePng(figure) {
    const { text, width, height } = picture(figure);
    const image = new Image();
    image.addEventListener("load", () => {
      const canvas = element("canvas", { width: 2 * width, height: Math.ceil(2 * height) });
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      canvas.toBlob((blob) => save(blob, `${figure.id}.png`), "image/png");
    });
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  }

  function tools(block, title) {
    const bar = element("div", { class: "tools" });
    const name = block.id || title.normalize("NFKD").replace(/[^A-Za-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 60).toLowerCase() || "table";
    const button = (label, act) => {
      const made = element("button", { type: "button", "aria-label": `${label}: ${clip(title, 120)}` }, label);
      made.addEventListener("click", act);
      bar.append(made);
    };
    button("Data (CSV)", () => save(new Blob([csv(block.querySelector(".scroll table"))], { type: "text/csv;charset=utf-8" }), `${name}.csv`));
    if (block.matches("figure")) {
      button("Picture (SVG)", () => save(new Blob([picture(block).text], { type: "image/svg+xml" }), `${name}.svg`));
      button("Picture (PNG)", () => savePng(block));
    }
    block.append(bar);
  }

  // Choices: one for the whole page wherever it is offered, kept in the address.
  const key = (select) => select.closest("label").querySelector("span").textContent.trim().toLowerCase().replace(/\s+/g, "-");
  const choose = (select, text) => {
    const option = [...select.options].find((other) => other.textContent === text);
    if (option) select.value = option.value;
  };
  const selects = all(".selectors select");
  let kept = new URLSearchParams();

  function show(group) {
    const chosen = all(".selectors select", group).map((select) => select.value);
    const figures = all("figure", group);
    let shown = 0;
    for (const figure of figures) {
      const choices = figure.dataset.choices.split(" ").filter(Boolean);
      figure.hidden = choices.some((choice, position) => chosen[position] !== undefined && chosen[position] !== "all" && chosen[position] !== choice);
      shown += figure.hidden ? 0 : 1;
    }
    group.querySelector(".charts").classList.toggle("one", shown === 1);
    const none = group.querySelector(".none");
    if (none) none.hidden = shown > 0;
    return shown > 0;
  }

  // A choice made elsewhere; a group that has no chart for it keeps its own.
  function adopt(select, text) {
    const before = select.value;
    choose(select, text);
    if (!show(select.closest(".group"))) {
      select.value = before;
      show(select.closest(".group"));
    }
  }
  const keep = () => history.replaceState(null, "", `#${kept}`);

  // What is pointed at is unfolded.
  function goTo(name) {
    const target = document.getElementById(name);
    for (const fold of target ? all(":scope > .fold", target) : []) fold.open = true;
    return target;
  }

  // `#economy=Korea&at=s-gap`; a plain `#s-gap` goes to that part and keeps the choices.
  function follow() {
    const address = location.hash.slice(1);
    if (address.includes("=")) {
      kept = new URLSearchParams(address);
      for (const select of selects) if (kept.has(key(select))) adopt(select, kept.get(key(select)));
      goTo(kept.get("at") ?? "")?.scrollIntoView();
    } else if (address) {
      goTo(address);
      if (kept.size) {
        kept.set("at", address);
        keep();
      }
    }
  }

  // Colors.
  const theme = document.getElementById("theme");
  const systemDark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (document.documentElement.dataset.theme ?? (systemDark.matches ? "dark" : "light")) === "dark";
  const showTheme = () => theme.setAttribute("aria-pressed", String(isDark()));
  theme.addEventListener("click", () => {
    document.documentElement.dataset.theme = isDark() ? "light" : "dark";
    showTheme();
  });
  systemDark.addEventListener("change", showTheme);
  showTheme();

  document.documentElement.classList.add("scripted");
  // Makes a part of the page answer; the explorer puts parts in later.
  function begin(root) {
    for (const shown of all(".script", root)) shown.hidden = false;
    for (const others of all(".others", root)) {
      others.parentNode.querySelector(".charts").append(...all("figure", others));
      others.remove();
    }
    for (const figure of all("figure", root)) enliven(figure);
    for (const table of all(".table", root)) tools(table, table.querySelector("h3").textContent);
    for (const group of all(".group", root)) show(group);
  }
  for (const select of selects) {
    select.addEventListener("change", () => {
      const text = select.selectedOptions[0].textContent;
      show(select.closest(".group"));
      for (const other of selects) if (other !== select && key(other) === key(select)) adopt(other, text);
      kept.set(key(select), text);
      keep();
    });
  }
  begin(document);
  addEventListener("shown", (event) => begin(event.target));
  addEventListener("hashchange", follow);
  follow();
})();
