// What can be moved, and the answer to it. The server evaluates and writes the parts of the page; nothing about numbers is computed
// here. Words of a scenario enter the document only as text nodes, attributes, or as parts that the server has escaped.
(() => {
  "use strict";
  const tab = crypto.randomUUID();
  const byId = (id) => document.getElementById(id);
  const element = (name, attributes = {}, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (value !== undefined && value !== false) made.setAttribute(key, value === true ? "" : value);
    }
    made.append(...children);
    return made;
  };
  let known; // what the server says can be moved
  let numbers; // controls by path
  let state; // { set: Map of path and value, option, outcome, pins }
  let leading = null; // the option that is looked at where none is chosen
  const past = [];
  const MOST_PAST = 200;
  const MOST_FOUND = 25;
  // Why an option adds what it adds, and which assumption decides that: told after the numbers.
  const LATE = ["s-why", "s-drivers"];

  // State.
  const plain = () => ({ set: [...state.set].map(([path, value]) => `${path}=${value}`), option: state.option, outcome: state.outcome, pins: state.pins });
  const read = (given) => {
    const texts = Array.isArray(given.set) ? given.set.filter((text) => typeof text === "string" && text.includes("=")) : [];
    return {
      set: new Map(texts.map((text) => [text.slice(0, text.indexOf("=")).trim(), text.slice(text.indexOf("=") + 1).trim()])),
      option: typeof given.option === "string" ? given.option : null,
      outcome: typeof given.outcome === "string" ? given.outcome : null,
      pins: Array.isArray(given.pins) ? given.pins.slice(0, 4) : [],
    };
  };
  const text = () => JSON.stringify(plain());
  let remembered = "";

  // One step for each change that has ended; a drag is one.
  function remember() {
    const now = text();
    if (now === remembered) return;
    past.push(remembered);
    if (past.length > MOST_PAST) past.shift();
    remembered = now;
    history.replaceState(null, "", `#state=${encodeURIComponent(now)}`);
    showButtons();
  }
  function adopt(given, step = true) {
    state = read(given);
    if (step) remember();
    build();
    change();
  }
  function showButtons() {
    byId("undo").disabled = past.length === 0;
    byId("reset").disabled = state.set.size === 0 && state.pins.length === 0 && !state.option && !state.outcome;
    byId("pin").disabled = state.pins.length >= 4 || known.options.length === 0;
  }
  const options = () => {
    const all = known.options.map((option) => ({ ...option }));
    for (const [path, value] of state.set) {
      if (!path.startsWith("options.")) continue;
      const key = path.slice("options.".length);
      let levers = null;
      try {
        levers = JSON.parse(value);
      } catch {
        continue;
      }
      if (!Array.isArray(levers)) continue;
      const own = all.find((option) => option.key === key);
      if (own) own.levers = levers;
      else all.push({ key, name: key, levers });
    }
    return all;
  };
  const chosen = () => options().find((option) => option.key === (state.option ?? leading)) ?? options()[0];

  function set(path, value) {
    const control = numbers.get(path);
    if (value === null || (control && value === control.value && value !== "")) state.set.delete(path);
    else state.set.set(path, value);
    const beside = control?.with;
    if (beside && value !== null && !state.set.has(beside[0]) && !numbers.get(beside[0])?.value) state.set.set(...beside);
    if (beside && value === null) state.set.delete(beside[0]);
  }

  // Asking. The newest change waits until the one before has been drawn, and then ends its refinement.
  let sequence = 0;
  let drawnFirst = true; // whether the answer under way has drawn something
  let waiting = false;
  let under = null; // what can end the answer under way
  let retry = 0;

  function change() {
    waiting = true;
    byId("main").removeAttribute("data-last");
    showChanges();
    showButtons();
    if (drawnFirst) ask();
  }

  async function ask() {
    clearTimeout(retry);
    waiting = false;
    drawnFirst = false;
    under?.abort();
    const ending = (under = new AbortController());
    const own = ++sequence;
    const first = () => {
      if (own !== sequence) return;
      drawnFirst = true;
      if (waiting) ask();
    };
    try {
      const reply = await fetch("answer", { method: "POST", body: JSON.stringify({ tab, state: plain() }), signal: ending.signal, cache: "no-store" });
      if (!reply.ok) throw new Error(`${reply.status} ${await reply.text()}`);
      const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = "";
      for (;;) {
        const { value, done } = await reader.read();
        if (done) break;
        const lines = (rest + value).split("\n");
        rest = lines.pop();
        for (const line of lines) {
          if (own !== sequence) return;
          draw(JSON.parse(line), own);
          first();
        }
      }
      first();
    } catch (error) {
      if (ending.signal.aborted) return;
      drawnFirst = true;
      status("No answer: is “jointly explore” still running?");
      document.body.classList.add("stale");
      // The computer may have slept, or the server may come back.
      retry = setTimeout(change, 3000);
    }
  }
  addEventListener("online", () => change());

  // Drawing.
  const status = (words) => {
    byId("status").textContent = words;
  };
  const shown = new Map();
  const focusable = "button, summary, select, a, input, [tabindex]";

  function replace(id, html, before) {
    const old = byId(id);
    if (shown.get(id) === html && old) return old;
    const holder = document.createElement("template");
    holder.innerHTML = html;
    const made = holder.content.firstElementChild;
    if (old) {
      const open = [...old.querySelectorAll("details")].map((details) => details.open);
      const all = [...old.querySelectorAll(focusable)];
      const focused = all.indexOf(document.activeElement);
      const height = old.offsetHeight;
      made.style.minHeight = `${height}px`;
      old.replaceWith(made);
      [...made.querySelectorAll("details")].forEach((details, position) => {
        details.open = open[position] ?? details.open;
      });
      made.dispatchEvent(new CustomEvent("shown", { bubbles: true }));
      made.style.minHeight = "";
      if (focused >= 0) made.querySelectorAll(focusable)[focused]?.focus({ preventScroll: true });
    } else {
      byId("fragments").insertBefore(made, before);
      made.dispatchEvent(new CustomEvent("shown", { bubbles: true }));
    }
    shown.set(id, html);
    return made;
  }

  const count = (value) => value.toLocaleString("en-US");

  function draw(line, own) {
    const refused = byId("refused");
    if (line.kind === "refused") {
      refused.replaceChildren(
        element("p", {}, "This cannot be evaluated:"),
        element("ul", {}, ...line.errors.map((error) => element("li", { dir: "auto" }, [error.message, error.label].filter(Boolean).join(": "), element("span", { class: "hint" }, error.help ?? "")))),
      );
      refused.hidden = false;
      document.body.classList.add("stale");
      status("Refused; the answer below is the one before");
      mark(line.errors.map((error) => error.message).join(" "));
      byId("main").dataset.shown = `${own} refused`;
      return;
    }
    refused.hidden = true;
    document.body.classList.remove("stale");
    mark("");
    if (leading !== line.option) {
      leading = line.option;
      buildPackage();
    }
    const names = line.fragments.map((fragment) => fragment.id);
    for (const id of [...shown.keys()]) {
      // What comes last stays until it is known anew.
      if (!names.includes(id) && (line.last || !LATE.includes(id))) {
        byId(id)?.remove();
        shown.delete(id);
      }
    }
    for (const id of LATE) byId(id)?.toggleAttribute("data-old", !names.includes(id));
    let before = byId("fragments").firstElementChild;
    for (const { id, html } of line.fragments) before = replace(id, html, before).nextElementSibling;
    byId("command").textContent = line.command;
    const most = known.paths[known.paths.length - 1];
    status(line.paths < most ? `${count(line.paths)} of ${count(most)} futures` : line.last ? `${count(line.paths)} futures` : `${count(line.paths)} futures; looking for why`);
    const answer = byId("answer");
    strip(answer);
    if (line.last) byId("spoken").textContent = `Answer on ${count(line.paths)} futures. ${answer.querySelector(".answer > p")?.textContent ?? ""}`;
    byId("main").dataset.shown = `${own} ${line.paths}`;
    byId("main").toggleAttribute("data-last", line.last);
  }

  // The row of the chosen option in a line, for windows where the table is out of sight.
  function strip(answer) {
    const table = answer.querySelector("table");
    const own = chosen()?.name;
    const row = [...(table?.tBodies[0].rows ?? [])].find((row) => row.cells[0].textContent === own);
    if (!row) return byId("strip").replaceChildren();
    const heads = [...table.tHead.rows[0].cells].map((cell) => cell.firstChild.textContent.trim());
    const last = [row.cells.length - 2, row.cells.length - 1];
    const words = last.map((cell) => `${heads[cell].toLowerCase()} ${row.cells[cell].firstChild.textContent.replace(" %", "\u00a0%")}`);
    byId("strip").replaceChildren(element("strong", { dir: "auto" }, own), ` (USD bn): ${words.join("; ")} of futures`);
  }

  const mark = (message) => {
    for (const field of document.querySelectorAll("[data-path] input[type=text]")) {
      field.setAttribute("aria-invalid", String(message.includes(`\`${field.closest("[data-path]").dataset.path}\``)));
    }
  };

  // Numbers as people type them.
  const rounded = (value) => String(Number(value.toPrecision(2)));
  const digits = (value) => String(Number(value.toPrecision(4)));
  // 5 %, 50 % and 95 % of what a text says; nothing where only the server can read it.
  function spread(words) {
    const number = Number(words);
    if (words.trim() !== "" && Number.isFinite(number)) return [number, number, number];
    const ends = /^"?\s*(\S+) to (\S+?)\s*"?$/.exec(words)?.slice(1).map(Number);
    if (!ends || !ends.every(Number.isFinite)) return null;
    const [low, high] = ends;
    return [low, low > 0 ? Math.sqrt(low * high) : (low + high) / 2, high];
  }
  // Where a slider stands means the middle; an uncertain number keeps its spread.
  function moved(control, value, exact) {
    const [low, , high] = spread(state.set.get(control.path) ?? control.value) ?? control.range;
    const [least, most] = control.bounds;
    const fit = (end) => Math.min(most, Math.max(least, end));
    if (exact || !control.uncertain || low === high || (low <= 0 && least >= 0)) return digits(value);
    const factor = Math.sqrt(high / low);
    const [from, to] = low > 0 ? [value / factor, value * factor] : [value - (high - low) / 2, value + (high - low) / 2];
    return value > 0 || low < 0 ? `${digits(fit(from))} to ${digits(fit(to))}` : digits(value);
  }

  // One number: a slider, a field that takes what a file takes, and what it means.
  let made = 0;
  function move(control) {
    const { path } = control;
    const id = `m${++made}`;
    const label = element("label", { for: id, dir: "auto" }, control.label);
    const info = element("button", { type: "button", class: "plain", "aria-expanded": "false", "aria-controls": `${id}-about`, "aria-label": `About ${control.label}` }, "About");
    const about = element("div", { class: "about", id: `${id}-about`, hidden: true });
    const slider = element("input", { type: "range", id, "aria-describedby": `${id}-said` });
    [slider.min, slider.max, slider.step] = control.slider;
    const field = element("input", { type: "text", "aria-label": `${control.label}, ${control.unit}: value or range`, autocomplete: "off", spellcheck: "false" });
    const said = element("div", { class: "said", id: `${id}-said` });
    const exact = element("input", { type: "checkbox", id: `${id}-exact` });
    const certain = element("label", {}, exact, " exactly");
    const back = element("button", { type: "button", class: "plain", "aria-label": `Reset ${control.label}` }, "Reset");
    const words = element("span", {});
    said.append(words, back);
    if (control.uncertain && !control.exact) said.append(certain);
    const box = element("div", { class: "move", "data-path": path }, element("div", { class: "name" }, label, info), element("div", { class: "row" }, slider, field), said, about);

    const show = () => {
      const own = state.set.get(path);
      const now = own ?? control.value;
      const range = (now && spread(now)) ?? control.range;
      if (document.activeElement !== slider || Math.abs(slider.value - range[1]) > control.slider[2]) slider.value = range[1];
      const [low, , high] = control.range;
      const spelled = now.startsWith("{") ? "" : now.replaceAll('"', "");
      const about = !now ? "not set" : low < high ? `${rounded(low)} to ${rounded(high)}` : rounded(low);
      if (document.activeElement !== field) field.value = own?.startsWith("{") ? own : spelled;
      field.placeholder = about;
      slider.setAttribute("aria-valuetext", `${spelled || own || (now ? about : `not set, ${control.otherwise}`)} ${control.unit}`);
      box.classList.toggle("changed", own !== undefined);
      back.hidden = own === undefined;
      const file = control.value ? (low < high ? `${rounded(low)} to ${rounded(high)}` : digits(low)) : `not set: ${control.otherwise}`;
      words.replaceChildren(...(own === undefined ? [control.value ? [file, control.unit === "year" ? "" : control.unit].join(" ").trim() : `Not set: ${control.otherwise}`] : [element("b", {}, "Changed"), ` (file: ${file})`]));
    };
    slider.addEventListener("input", () => {
      const value = Number(slider.value);
      const near = control.value && Math.abs(value - control.range[1]) <= control.slider[2] / 2 && !exact.checked;
      set(path, near ? null : moved(control, value, exact.checked));
      show();
      change();
    });
    slider.addEventListener("change", remember);
    field.addEventListener("change", () => {
      set(path, field.value.trim() === "" ? null : field.value.trim());
      show();
      change();
      remember();
    });
    exact.addEventListener("change", () => {
      set(path, moved(control, Number(slider.value), exact.checked));
      if (!exact.checked) set(path, null);
      show();
      change();
      remember();
    });
    back.addEventListener("click", () => {
      exact.checked = false;
      set(path, null);
      show();
      change();
      remember();
      slider.focus();
    });
    info.addEventListener("click", () => {
      if (!about.firstChild) about.append(...meaning(control));
      about.hidden = !about.hidden;
      info.setAttribute("aria-expanded", String(!about.hidden));
    });
    box.show = show;
    show();
    return box;
  }

  function meaning(control) {
    const rows = [
      ["Unit", control.unit],
      ["Grade", control.grade],
      ["Source", control.source],
      ["Reason", control.reason],
      ["Path", control.path],
      ["Moves", control.futures ? "the futures themselves, which are drawn anew" : ""],
    ];
    const list = rows.filter(([, words]) => words).map(([name, words]) => element("div", {}, element("dt", {}, name), element("dd", { dir: "auto" }, words)));
    return [element("p", { dir: "auto" }, `${control.meaning}.`), element("dl", {}, ...list)];
  }

  // The panel.
  const section = (title, ...children) => element("section", {}, element("h3", {}, title), ...children);
  const fold = (title, open, ...children) => element("details", { class: "group-of", open }, element("summary", {}, title), ...children);
  const later = (details, fill) => {
    const once = () => details.open && !details.dataset.full && ((details.dataset.full = "1"), fill());
    details.addEventListener("toggle", once);
    once();
    return details;
  };

  function build() {
    const find = byId("controls").querySelector("input[type=search]")?.value ?? "";
    byId("controls").replaceChildren(
      element("div", { id: "changes" }),
      element("div", { id: "package" }),
      outcome(),
      ...known.groups
        .filter(([, paths]) => paths.length > 0)
        .map(([title, paths]) => {
          const details = fold(title, paths.some((path) => state.set.has(path)));
          return later(details, () => details.append(...paths.map((path) => move(numbers.get(path)))));
        }),
      search(find),
      element("div", { id: "pins" }),
    );
    buildPackage();
    buildPins();
    showChanges();
  }

  function outcome() {
    const [place, metric] = (state.outcome ?? "group.digital_economy").split(".");
    const pick = (name, choices, own) => {
      const select = element("select", {}, ...choices.map(({ key, name }) => element("option", { value: key, selected: key === own }, name)));
      return element("label", {}, name, select);
    };
    const both = [pick("Economy", known.places, place), pick("Outcome", known.metrics, metric)];
    const box = element("div", { class: "outcome" }, ...both);
    box.addEventListener("change", () => {
      state.outcome = both.map((label) => label.querySelector("select").value).join(".");
      change();
      remember();
    });
    return section("Shown by year", box);
  }

  function buildPackage() {
    const box = byId("package");
    if (!box || options().length === 0) return box?.replaceChildren();
    const focused = document.activeElement?.closest("#package") ? document.activeElement.id : "";
    const open = new Set([...box.querySelectorAll("details[open]")].map((details) => details.dataset.lever));
    const own = chosen();
    const select = element("select", { id: "option", "aria-label": "Package" }, ...options().map(({ key, name }) => element("option", { value: key, selected: key === own?.key }, name)));
    select.addEventListener("change", () => {
      state.option = select.value;
      buildPackage();
      change();
      remember();
    });
    const another = element("button", { type: "button" }, "New");
    another.addEventListener("click", () => {
      const names = options().map(({ key }) => key);
      const name = Array.from({ length: 60 }, (_, number) => `package ${number + 1}`).find((name) => !names.includes(name));
      state.set.set(`options.${name}`, JSON.stringify(own?.levers ?? known.levers.map(({ id }) => id)));
      state.option = name;
      buildPackage();
      change();
      remember();
    });
    box.replaceChildren(section("Package", element("div", { class: "pick" }, select, another), element("p", { class: "hint" }, "Its levers, each on or off; under each its numbers."), ...known.levers.map((lever) => leverBox(lever, own, open.has(lever.id)))));
    if (focused) byId(focused)?.focus({ preventScroll: true });
  }

  function leverBox(lever, option, open) {
    const on = option?.levers.includes(lever.id) ?? false;
    const switched = element("input", { type: "checkbox", id: `on-${lever.id}` });
    switched.checked = on;
    // A name with a dot cannot be a part of a path.
    switched.disabled = !option || option.key.includes(".");
    switched.addEventListener("change", () => {
      const levers = chosen().levers.filter((id) => id !== lever.id);
      if (switched.checked) levers.push(lever.id);
      levers.sort();
      const file = known.options.find(({ key }) => key === option.key);
      const same = file && JSON.stringify([...file.levers].sort()) === JSON.stringify(levers);
      if (levers.length === 0) {
        switched.checked = true;
        status("A package has at least one lever; without any it is the baseline");
        return;
      }
      set(`options.${option.key}`, same ? null : JSON.stringify(levers));
      buildPackage();
      change();
      remember();
    });
    const details = element("details", { open, "data-lever": lever.id }, element("summary", {}, "Scale, start and more"));
    later(details, () => details.append(element("div", {}, element("p", { class: "hint", dir: "auto" }, `${lever.meaning}. Partners: ${lever.partners.join(", ")}.`), start(lever), ...lever.paths.map((path) => move(numbers.get(path))))));
    return element("div", { class: on ? "lever" : "lever off" }, element("label", { dir: "auto" }, switched, lever.title), details);
  }

  // A start is a year, and no number of the parameter table.
  const start = (lever) =>
    move({
      path: `levers.${lever.id}.start`,
      label: "Start",
      meaning: "Planned first year of operation; delays come on top",
      unit: "year",
      grade: "",
      source: "",
      reason: "",
      value: String(lever.start),
      range: [lever.start, lever.start, lever.start],
      exact: true,
      uncertain: false,
      otherwise: "",
      slider: [...known.starts, 1],
      bounds: known.starts,
      futures: false,
    });

  function search(words) {
    const field = element("input", { type: "search", "aria-label": "Find any number by name, path or meaning", placeholder: "for example decay, CHN, half_scale" });
    field.value = words;
    const found = element("div", { role: "group", "aria-label": "Numbers found" });
    const hint = element("p", { class: "hint", role: "status" });
    const show = () => {
      const asked = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      const hits = asked.length === 0 ? [] : known.numbers.filter(({ path, label, meaning }) => asked.every((word) => `${path} ${label} ${meaning}`.toLowerCase().includes(word)));
      hint.textContent = asked.length === 0 ? `${known.numbers.length} numbers can be moved.` : hits.length > MOST_FOUND ? `${hits.length} numbers; the first ${MOST_FOUND}:` : `${hits.length} numbers`;
      found.replaceChildren(
        ...hits.slice(0, MOST_FOUND).map((control) => {
          const box = move(control);
          const lever = /^levers\.([^.]+)/.exec(control.path)?.[1];
          if (lever) box.prepend(element("p", { class: "hint", dir: "auto" }, known.levers.find(({ id }) => id === lever)?.title ?? lever));
          return box;
        }),
      );
    };
    field.addEventListener("input", show);
    show();
    return section("Any other number", field, hint, found);
  }

  function showChanges() {
    for (const box of document.querySelectorAll(".move")) box.show?.();
    const box = byId("changes");
    if (!box) return;
    if (state.set.size === 0) return box.replaceChildren();
    const list = [...state.set].map(([path, value]) => {
      const control = numbers.get(path);
      const back = element("button", { type: "button", class: "plain", "aria-label": `Reset ${path}` }, "Reset");
      back.addEventListener("click", () => {
        set(path, null);
        build();
        change();
        remember();
      });
      const file = control?.value ? `, file: ${control.value.replaceAll('"', "")}` : "";
      return element("li", {}, element("span", {}, element("code", { dir: "ltr" }, path), ` = ${value}${file}`), back);
    });
    const open = box.querySelector("details")?.open ?? false;
    box.replaceChildren(fold(`Changed from the file (${list.length})`, open, element("ul", { class: "changes" }, ...list)));
  }

  function buildPins() {
    const box = byId("pins");
    if (state.pins.length === 0) return box.replaceChildren();
    const list = state.pins.map((pin, position) => {
      const name = element("input", { type: "text", "aria-label": `Name of pinned package ${position + 1}`, maxlength: "60" });
      name.value = pin.name;
      name.addEventListener("change", () => {
        pin.name = name.value.trim() || `package ${position + 1}`;
        change();
        remember();
      });
      const act = (label, run) => {
        const button = element("button", { type: "button", class: "plain", "aria-label": `${label} ${pin.name}` }, label);
        button.addEventListener("click", run);
        return button;
      };
      return element(
        "li",
        {},
        name,
        element(
          "span",
          {},
          act("Go to", () => adopt({ ...plain(), set: pin.set, option: pin.option })),
          act("Remove", () => adopt({ ...plain(), pins: state.pins.filter((other) => other !== pin) })),
        ),
      );
    });
    box.replaceChildren(section("Pinned packages", element("ul", { class: "changes" }, ...list)));
  }

  // What stands above.
  byId("undo").addEventListener("click", undo);
  function undo() {
    const before = past.pop();
    if (before === undefined) return;
    remembered = before;
    state = read(JSON.parse(before));
    history.replaceState(null, "", `#state=${encodeURIComponent(before)}`);
    build();
    change();
  }
  addEventListener("keydown", (event) => {
    const typing = event.target.matches?.("input[type=text], input[type=search]");
    if ((event.ctrlKey || event.metaKey) && event.key === "z" && !event.shiftKey && !typing) {
      event.preventDefault();
      undo();
    }
  });
  byId("reset").addEventListener("click", () => adopt({}));
  byId("pin").addEventListener("click", () => {
    const own = chosen();
    if (!own || state.pins.length >= 4) return;
    const { set: changes } = plain();
    const name = changes.length === 0 ? own.name : `${own.name}, ${changes.length} changed`;
    state.option = own.key;
    state.pins = [...state.pins, { name: name.slice(0, 60), set: changes, option: own.key }];
    buildPins();
    change();
    remember();
  });
  byId("link").addEventListener("click", async () => {
    const address = `${location.href.split("#")[0]}#state=${encodeURIComponent(text())}`;
    try {
      await navigator.clipboard.writeText(address);
      status("The link is copied");
    } catch {
      history.replaceState(null, "", address);
      status("The address of this page is the link");
    }
  });
  byId("save").addEventListener("click", async () => {
    const reply = await fetch("scenario", { method: "POST", body: JSON.stringify({ tab, state: plain() }), cache: "no-store" }).catch(() => null);
    const saved = reply?.ok ? await reply.json() : null;
    if (saved?.kind !== "saved") {
      status("Not saved");
      if (saved) draw(saved, sequence);
      return;
    }
    const address = URL.createObjectURL(new Blob([saved.text], { type: "application/toml" }));
    const link = element("a", { href: address, download: "explored.toml" });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
    status("Saved: keep the file beside the one it extends");
  });

  const linked = () => {
    try {
      return JSON.parse(new URLSearchParams(location.hash.slice(1)).get("state"));
    } catch {
      return null;
    }
  };
  addEventListener("hashchange", () => {
    const given = linked();
    if (given && JSON.stringify(given) !== text()) adopt(given);
  });

  async function begin() {
    try {
      const reply = await fetch("controls", { cache: "no-store" });
      if (!reply.ok) throw new Error(String(reply.status));
      known = await reply.json();
    } catch {
      status("No answer: is “jointly explore” still running?");
      setTimeout(begin, 3000);
      return;
    }
    numbers = new Map(known.numbers.map((control) => [control.path, control]));
    if (matchMedia("(max-width: 66rem)").matches) byId("panel").open = false;
    state = read(linked() ?? known.start);
    remembered = text();
    build();
    change();
  }
  begin();
})();
