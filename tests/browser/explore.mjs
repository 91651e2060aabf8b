// Opens the explorer in Chromium and uses it as a reader does: real drags, keys, typing, links, undo. Usage: node explore.mjs PROGRAM SCENARIO
// FOLDER. Screenshots go to the folder; times from the finger to the drawing are printed.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { check, newPage, problems, runChecks, violations } from "./runner.mjs";

const [program, scenario, folder] = process.argv.slice(2).map((argument) => path.resolve(argument));
await mkdir(folder, { recursive: true });

// Generous: the machine may have other work. The times themselves are printed.
const BOUNDS = { moved: 2500, refined: 20000, redrawn: 4000 };

const servers = [];
function serve(file = scenario) {
  const server = spawn(program, ["explore", file, "--no-open"], { stdio: ["ignore", "pipe", "inherit"] });
  servers.push(server);
  return new Promise((resolve, reject) => {
    let said = "";
    server.stdout.on("data", (data) => {
      said += data;
      const address = /http:\/\/127\.0\.0\.1:\d+\/[0-9a-f]{32}\//.exec(said);
      if (address) resolve({ server, address: address[0] });
    });
    server.on("exit", () => reject(new Error(`the server ended: ${said}`)));
  });
}

const { address, server } = await serve();

async function open({ width = 1440, height = 900, colorScheme = "light", hash = "", at = address, reducedMotion = "reduce", touch = false } = {}) {
  const settings = { viewport: { width, height }, colorScheme, reducedMotion, hasTouch: touch, permissions: ["clipboard-read", "clipboard-write"] };
  const page = await newPage(settings, 30000, (url) => url.startsWith(at) || /^(data|blob):/.test(url));
  await page.goto(at + hash);
  await page.waitForSelector("#answer");
  return page;
}

// Until the newest change has been drawn, on all futures unless `first`.
const settled = (page, first = false) =>
  page.waitForFunction((first) => {
    const main = document.getElementById("main");
    return (first || main.hasAttribute("data-last")) && main.dataset.shown && !document.querySelector(".stale");
  }, first, { timeout: 60000 });
const panel = async (page) => {
  await page.evaluate(() => (document.getElementById("panel").open = true));
};
const group = async (page, name) => {
  const summary = page.locator("summary", { hasText: name }).first();
  if (!(await summary.evaluate((node) => node.parentNode.open))) await summary.click();
};
const mover = (page, name) => page.locator(`.move[data-path="${name}"]`).first();
const answer = (page) => page.locator("#answer table").first().innerText();
const state = (page) => page.evaluate(() => JSON.parse(new URLSearchParams(location.hash.slice(1)).get("state") ?? "{}"));

const overflow = (page) =>
  page.evaluate(() => {
    const edge = document.documentElement.clientWidth + 0.5;
    const wide = [...document.querySelectorAll("body *")].filter((node) => {
      const box = node.getBoundingClientRect();
      return box.right > edge && box.width > 0 && !node.closest(".scroll table, pre code, .picture svg *, .unseen");
    });
    return { page: document.documentElement.scrollWidth - document.documentElement.clientWidth, wide: wide.slice(0, 5).map((node) => `${node.tagName} ${node.className} ${node.textContent.slice(0, 40)}`) };
  });

check("opens with the answer, the parts of the report and what can be moved", async () => {
  const page = await open();
  await settled(page);
  const headings = await page.locator("#fragments > section > h2").allInnerTexts();
  for (const heading of ["Who gains, who pays", "Money by year, and when it has paid back", "How sure, and why", "Which assumption drives the answer"]) assert.ok(headings.includes(heading), `${heading} in ${headings}`);
  assert.match(await page.locator("#status").innerText(), /^16,384 futures$/);
  assert.ok((await page.locator(".lever").count()) >= 2);
  assert.match(await page.locator("#command").textContent(), /jointly run .* --paths 16384 --seed 1/);
  await page.screenshot({ path: path.join(folder, "explore-1440-light-top.png") });
});

check("a drag moves a lever, the answer follows, and what differs is marked", async () => {
  const page = await open();
  await settled(page);
  const before = await answer(page);
  const lever = page.locator(".lever:not(.off)").first();
  await lever.locator("summary").click();
  const box = lever.locator('.move[data-path*=".scale"]').first();
  const slider = box.locator("input[type=range]");
  await slider.scrollIntoViewIfNeeded();
  const area = await slider.boundingBox();
  await page.mouse.move(area.x + area.width / 3, area.y + area.height / 2);
  await page.mouse.down();
  for (let step = 0; step < 12; step += 1) await page.mouse.move(area.x + area.width * (1 / 3 + step / 20), area.y + area.height / 2);
  await page.mouse.up();
  await settled(page);
  assert.notEqual(await answer(page), before);
  assert.ok(await box.evaluate((node) => node.classList.contains("changed")));
  assert.match(await box.locator(".said").innerText(), /Changed \(file: /);
  assert.equal((await state(page)).set.length, 1);
  // A drag is one step back.
  await page.getByRole("button", { name: "Undo" }).click();
  await settled(page);
  assert.equal(await answer(page), before);
});

check("numbers can be typed, ranges too, and what is wrong is refused beside the last answer", async () => {
  const page = await open();
  await settled(page);
  await group(page, "How the economies respond");
  const box = mover(page, "model.trade_income");
  const field = box.locator("input[type=text]");
  await field.fill("0.1 to 0.9");
  await field.press("Enter");
  await settled(page);
  assert.deepEqual((await state(page)).set, ["model.trade_income=0.1 to 0.9"]);
  const before = await answer(page);
  await field.fill("seven");
  await field.press("Enter");
  const refused = page.getByRole("alert");
  await refused.waitFor();
  assert.match(await refused.innerText(), /model\.trade_income/);
  assert.equal(await field.getAttribute("aria-invalid"), "true");
  assert.equal(await answer(page), before);
  await page.screenshot({ path: path.join(folder, "explore-refused.png") });
  await box.getByRole("button", { name: "Reset" }).click();
  await settled(page);
  assert.equal(await refused.isVisible(), false);
});

check("everything is reached and moved with the keyboard", async () => {
  const page = await open();
  await settled(page);
  await group(page, "Money");
  const slider = mover(page, "money.discount_rate").locator("input[type=range]");
  await slider.focus();
  for (let press = 0; press < 8; press += 1) await page.keyboard.press("ArrowRight");
  await settled(page);
  assert.match((await state(page)).set[0], /^money\.discount_rate=0\.0/);
  assert.ok(await slider.evaluate((node) => document.activeElement === node));
  assert.match(await slider.getAttribute("aria-valuetext"), /0\.0\d+ yearly rate/);
  await page.locator("#answer").click({ position: { x: 5, y: 5 } });
  await page.keyboard.press("Control+z");
  await settled(page);
  const lever = page.locator(".lever input[type=checkbox]").first();
  const levers = await page.locator(".lever:not(.off)").count();
  await lever.focus();
  await page.keyboard.press("Space");
  await settled(page);
  assert.ok((await state(page)).set.some((text) => text.startsWith("options.")));
  assert.notEqual(await page.locator(".lever:not(.off)").count(), levers);
  assert.ok(await page.evaluate(() => document.activeElement.id.startsWith("on-")));
});

check("a link keeps the state, for another tab and another start", async () => {
  const page = await open();
  await settled(page);
  await group(page, "Hazards");
  const field = mover(page, "model.severity").locator("input[type=text]");
  await field.fill("0.9");
  await field.press("Enter");
  await settled(page);
  const moved = await answer(page);
  await page.getByRole("button", { name: "Copy link" }).click();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  const hash = new URL(link).hash;
  const other = await open({ hash });
  await settled(other);
  assert.equal(await answer(other), moved);
  const again = await serve();
  const third = await open({ hash, at: again.address });
  await settled(third);
  assert.equal(await answer(third), moved);
  again.server.kill("SIGINT");
  const wrong = await open({ hash: "#state=%7B%22set%22%3A%5B1%2Cnull%5D%7D" });
  await settled(wrong);
});

check("packages are pinned, compared and taken up again", async () => {
  const page = await open();
  await settled(page);
  await page.getByRole("button", { name: "Pin this" }).click();
  await page.locator(".lever:not(.off) input[type=checkbox]").first().click();
  await page.getByRole("button", { name: "New", exact: true }).click();
  await page.getByRole("button", { name: "Pin this" }).click();
  await settled(page);
  const rows = page.locator("#s-pins table").first().locator("tbody tr");
  assert.equal(await rows.count(), 3);
  await page.locator("#s-pins").scrollIntoViewIfNeeded();
  await page.locator("#s-pins").screenshot({ path: path.join(folder, "explore-pins.png") });
  await page.getByRole("button", { name: /^Go to/ }).first().click();
  await settled(page);
  const [, , , , , more] = await rows.nth(1).locator("th, td").allInnerTexts();
  assert.equal(more.trim(), "0");
});

check("a saved scenario runs, and any number is found by its words", async () => {
  const page = await open();
  await settled(page);
  const search = page.getByRole("searchbox");
  await search.fill("decay");
  await page.locator('.move[data-path="model.decay"]').last().getByRole("button", { name: "About" }).click();
  assert.match(await page.locator('.move[data-path="model.decay"] .about:visible').innerText(), /lost each year[\s\S]*Grade[\s\S]*Source/);
  const field = page.locator('.move[data-path="model.decay"]').last().locator("input[type=text]");
  await field.fill("0.12");
  await field.press("Enter");
  await settled(page);
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Save as scenario" }).click()]);
  const text = await readFile(await file.path(), "utf8");
  assert.match(text, /extends = "\.\/.*\.toml"[\s\S]*model\.decay = 0\.12/);
  await writeFile(path.join(folder, "explored.toml"), text);
});

check("a tab that outlives its server says so, and an answer that is not read ends", async () => {
  const own = await serve();
  const page = await open({ at: own.address });
  await settled(page);
  own.server.removeAllListeners("exit");
  const ended = new Promise((resolve) => own.server.on("exit", resolve));
  own.server.kill("SIGINT");
  assert.equal(await ended, 0);
  await group(page, "Money");
  await mover(page, "money.discount_rate").locator("input[type=range]").press("ArrowRight");
  await page.waitForFunction(() => document.getElementById("status").textContent.startsWith("No answer"));
  // The browser says that nobody answers.
  problems.splice(0);
});

for (const [width, height] of [[360, 780], [768, 1000], [1440, 900], [2200, 1200]]) {
  for (const colorScheme of ["light", "dark"]) {
    check(`nothing reaches out of the window, and axe finds nothing serious, at ${width} px, ${colorScheme}`, async () => {
      const page = await open({ width, height, colorScheme });
      await settled(page);
      await page.screenshot({ path: path.join(folder, `explore-${width}-${colorScheme}-first.png`) });
      await panel(page);
      await page.locator(".lever summary").first().click();
      await group(page, "Growth of the economies");
      await group(page, "Hazards");
      await settled(page);
      await page.screenshot({ path: path.join(folder, `explore-${width}-${colorScheme}.png`), fullPage: true });
      const { page: wider, wide } = await overflow(page);
      assert.ok(wider <= 0 && wide.length === 0, JSON.stringify(wide));
      const found = await violations(page);
      assert.deepEqual(found.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`), []);
    });
  }
}

// From the input event to the picture on the screen: the frame after the answer has been put in.
async function times(page, name, move) {
  await page.evaluate((name) => {
    const slider = [...document.querySelectorAll(`.move[data-path="${name}"] input[type=range]`)].at(-1);
    const waiting = [];
    window.times = { first: [], last: [] };
    slider.addEventListener("input", () => waiting.push(performance.now()), true);
    let begun = 0;
    const main = document.getElementById("main");
    new MutationObserver(() => {
      requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => {
          const now = performance.now();
          if (waiting.length) begun = waiting[0];
          for (const from of waiting.splice(0)) window.times.first.push(now - from);
          if (main.dataset.shown.endsWith(" 16384") && begun) {
            window.times.last.push(now - begun);
            begun = 0;
          }
        };
        channel.port2.postMessage(0);
      });
    }).observe(main, { attributes: true, attributeFilter: ["data-shown"] });
  }, name);
  await move();
  await settled(page);
  await page.waitForFunction(() => document.getElementById("main").dataset.shown.endsWith(" 16384"));
  return page.evaluate(() => window.times);
}
const quantile = (values, part) => [...values].sort((one, other) => one - other)[Math.min(values.length - 1, Math.floor(part * values.length))];

async function dragged(page, name, steps, pause) {
  const slider = page.locator(`.move[data-path="${name}"]`).last().locator("input[type=range]");
  await slider.scrollIntoViewIfNeeded();
  return times(page, name, async () => {
    const area = await slider.boundingBox();
    const at = (part) => [area.x + area.width * part, area.y + area.height / 2];
    await page.mouse.move(...at(0.4));
    await page.mouse.down();
    for (let step = 0; step < steps; step += 1) {
      await page.mouse.move(...at(0.4 + 0.3 * Math.sin(step / 5)));
      await page.waitForTimeout(pause);
    }
    await page.mouse.up();
  });
}

for (const [kind, words, name, bound] of [["a lever", "", "", "moved"], ["a response", "How the economies respond", "model.trade_income", "moved"], ["the futures", "Growth of the economies", "baseline.CHN.gdp_growth.mean", "redrawn"]]) {
  check(`the drawing follows ${kind}`, async () => {
    const page = await open();
    await settled(page);
    let own = name;
    if (words) await group(page, words);
    else {
      await page.locator(".lever:not(.off) summary").first().click();
      own = await page.locator('.lever:not(.off) .move[data-path*=".scale"]').first().getAttribute("data-path");
    }
    const { first, last } = await dragged(page, own, 40, 150);
    const line = `${kind}: ${first.length} changes drawn in a median of ${quantile(first, 0.5).toFixed(0)} ms, 95 % within ${quantile(first, 0.95).toFixed(0)} ms; on 16,384 futures within ${Math.max(...last).toFixed(0)} ms`;
    console.log(`        ${line}`);
    assert.ok(first.length >= 10, `${first.length} changes`);
    assert.ok(quantile(first, 0.95) < BOUNDS[bound], line);
    assert.ok(Math.max(...last) < BOUNDS.refined, line);
  });
}

await runChecks("the explorer");
for (const each of servers) {
  each.removeAllListeners("exit");
  each.kill("SIGINT");
}
server.unref();
