// Opens the sample page in Chromium and checks what a reader relies on. Usage: node check.mjs FOLDER, where FOLDER holds
// page.html and the pictures that the sample_page example wrote. Screenshots go to the same folder.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const folder = path.resolve(process.argv[2] ?? "target/browser");
const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});

const problems = [];

// A page at a size, with everything wrong that the browser says about it collected.
async function open({ width = 1440, height = 900, colorScheme = "light", javaScriptEnabled = true, file = "page.html" } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme, javaScriptEnabled, bypassCSP: false, acceptDownloads: true });
  const page = await context.newPage();
  page.setDefaultTimeout(15000);
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) problems.push(`console ${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => problems.push(`script error: ${error.stack}`));
  page.on("request", (request) => {
    if (!/^(file|data|blob):/.test(request.url())) problems.push(`asks the network for ${request.url()}`);
  });
  await page.goto(pathToFileURL(path.join(folder, file)).href);
  return page;
}

// The page as readers get it: the part with hostile texts, many screens long, is left out.
async function picture(page, name) {
  await page.evaluate(() => {
    for (const section of document.querySelectorAll("main > section")) if (section.textContent.includes("window.broken")) section.remove();
    for (const link of document.querySelectorAll("nav a")) if (link.textContent.includes("window.broken")) link.parentNode.remove();
  });
  await page.screenshot({ path: path.join(folder, `${name}.png`), fullPage: true, timeout: 60000 });
}

const checks = [];
const check = (name, run) => checks.push([name, run]);

const showAll = (page) =>
  page.evaluate(() => {
    for (const select of document.querySelectorAll(".selectors select")) {
      select.value = "all";
      select.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });

// By how much the page is wider than the window, and which elements reach beyond it.
const overflowing = (page) =>
  page.evaluate(() => {
    const edge = document.documentElement.clientWidth + 0.5;
    const wide = [...document.querySelectorAll("body *")].filter((node) => {
      const box = node.getBoundingClientRect();
      // What scrolls in itself, the insides of static pictures (scaled as a whole) and what is only for screen readers may.
      return box.right > edge && box.width > 0 && !node.closest(".scroll table, pre code, .static svg *, .unseen, [aria-label=tip]");
    });
    return { page: document.documentElement.scrollWidth - document.documentElement.clientWidth, wide: wide.slice(0, 5).map((node) => `${node.tagName} ${node.className?.baseVal ?? node.className} ${node.textContent.slice(0, 40)}`) };
  });

check("opens without a word of complaint, and no text of the page ran", async () => {
  const page = await open();
  await page.waitForTimeout(200);
  assert.equal(await page.evaluate(() => window.broken), undefined);
  assert.equal(await page.locator("h1").count(), 1);
  assert.equal(await page.locator("img").count(), 0);
  const heading = await page.locator("main > section h2").filter({ hasText: "window.broken" }).textContent();
  assert.equal(heading, "<script>window.broken = 1</script>");
  await page.screenshot({ path: path.join(folder, "desktop-light-top.png") });
});

check("every chart has marks, static and live, of every kind", async () => {
  const page = await open();
  await showAll(page);
  const charts = await page.evaluate(() => {
    const data = JSON.parse(document.getElementById("data").textContent);
    return [...document.querySelectorAll("figure")].map((figure) => ({
      kind: data.charts[Number(figure.dataset.chart)].data.kind,
      title: figure.querySelector("h3").textContent.slice(0, 60),
      hidden: figure.hidden,
      still: figure.querySelectorAll(".static .mark").length,
      live: [...figure.querySelectorAll(".live svg.plot :is(path, rect, circle, line)")].filter((mark) => {
        const box = mark.getBoundingClientRect();
        return box.width + box.height > 0;
      }).length,
    }));
  });
  for (const chart of charts) {
    assert.ok(!chart.hidden && chart.still > 0 && chart.live > 0, JSON.stringify(chart));
  }
  assert.deepEqual([...new Set(charts.map((chart) => chart.kind))].sort(), ["bars", "boxes", "fan", "frontier", "heat_map", "intervals", "lines", "tornado"]);
});

check("charts without data, and with numbers that are not finite, break nothing", async () => {
  const page = await open({ file: "edge.html" });
  await page.waitForTimeout(200);
  for (const live of await page.locator(".live").all()) {
    assert.ok(await live.isVisible(), await live.getAttribute("aria-label"));
    await live.focus();
    await page.keyboard.press("End");
  }
});

check("choosing economy and metric shows that chart alone", async () => {
  const page = await open();
  const section = page.locator("#s-projections");
  const shown = () => section.locator("figure:visible h3").allTextContents();
  assert.deepEqual(await shown(), ["Digital share of GDP, China"]);
  await section.getByRole("combobox", { name: "Economy" }).selectOption("Korea");
  await section.getByRole("combobox", { name: "Metric" }).selectOption("Digital economy per head");
  assert.deepEqual(await shown(), ["Digital economy per head, Korea"]);
  assert.ok((await section.locator("figure:visible .live svg.plot path").count()) > 0);
  await section.getByRole("combobox", { name: "Economy" }).selectOption("All");
  assert.equal((await shown()).length, 5);
});

check("pointer and keys tell the values that the table lists", async () => {
  const page = await open();
  const figure = page.locator("#s-projections figure:visible");
  const live = figure.locator(".live");
  await live.scrollIntoViewIfNeeded();
  const box = await live.locator("svg.plot").boundingBox();
  await page.mouse.move(box.x + 0.8 * box.width, box.y + 0.5 * box.height);
  await page.waitForFunction(() => /median/.test(document.querySelector(".live svg.plot [aria-label=tip]")?.textContent ?? ""));
  await page.screenshot({ path: path.join(folder, "hover.png") });
  await page.mouse.move(5, 5);
  const expected = await figure.locator("tbody tr").evaluateAll((rows) =>
    rows.map((row) => {
      const [year, observed, median, q05, q25, q75, q95] = [...row.querySelectorAll("td")].map((cell) => cell.textContent);
      return observed ? `${year}, observed; ${observed}` : `${year}; median ${median}; 50 %: ${q25} to ${q75}; 90 %: ${q05} to ${q95}`;
    }));
  await live.focus();
  for (const line of expected) {
    await page.keyboard.press("ArrowRight");
    const spoken = await page.locator("#spoken").textContent();
    assert.ok(spoken.endsWith(line), `${spoken} should end with ${line}`);
  }
  assert.match(await live.locator("[aria-label=tip]").textContent(), /median/);
});

check("pointer and keys reach the points of every kind", async () => {
  const page = await open();
  for (const section of ["effects", "matrix", "options", "drivers"]) {
    for (const live of await page.locator(`#s-${section} .live`).all()) {
      await live.focus();
      await page.keyboard.press("End");
      const tip = live.locator("[aria-label=tip] text").first();
      await tip.waitFor({ state: "attached", timeout: 2000 });
      const spoken = await page.locator("#spoken").textContent();
      assert.ok(spoken.length > 5 && !/undefined|NaN|null/.test(spoken), spoken);
      const box = await live.boundingBox();
      await page.mouse.move(box.x + 0.6 * box.width, box.y + 0.6 * box.height);
      await page.mouse.move(0, 0);
      await page.keyboard.press("Escape");
    }
  }
});

check("each chart shows its table", async () => {
  const page = await open();
  const figure = page.locator("#s-projections figure:visible");
  assert.equal(await figure.locator("table").isVisible(), false);
  await figure.getByText("Show as table").click();
  assert.equal(await figure.locator("table").isVisible(), true);
  assert.equal(await figure.locator("tbody tr").count(), 6 + 2 * 14);
});

async function download(page, button) {
  const [file] = await Promise.all([page.waitForEvent("download"), button.click()]);
  return [file.suggestedFilename(), await readFile(await file.path(), "utf8")];
}

check("downloads hold the data in full and the picture of --plot", async () => {
  const page = await open();
  const figure = page.locator("#s-options figure").first();
  const [csvName, csv] = await download(page, figure.getByRole("button", { name: "Download data" }));
  assert.equal(csvName, "net-present-value-by-option.csv");
  const numbers = await page.evaluate(() =>
    JSON.parse(document.getElementById("data").textContent).charts.find((chart) => chart.title === "Net present value by option").data.rows.map((row) => row.quantiles));
  const lines = csv.trim().split("\r\n").slice(1).map((line) => line.split(","));
  assert.equal(lines.length, numbers.length);
  lines.forEach((line, row) => assert.deepEqual(line.slice(2).map(Number), [2, 0, 1, 3, 4].map((index) => numbers[row][index])));
  const [svgName, svg] = await download(page, figure.getByRole("button", { name: "Download picture" }));
  assert.equal(svgName, "net-present-value-by-option.svg");
  const made = await readFile(path.join(folder, "intervals.svg"), "utf8");
  const outline = (text) => page.evaluate((text) => {
    const document = new DOMParser().parseFromString(text, "image/svg+xml");
    return [document.documentElement.getAttribute("viewBox"), document.querySelectorAll(".mark").length, [...document.querySelectorAll("text")].map((node) => node.textContent), document.querySelectorAll("parsererror").length];
  }, text);
  assert.deepEqual(await outline(svg), await outline(made));
  const [, hostile] = await download(page, page.locator("section:has(h2:text('window.broken')) .table").getByRole("button", { name: "Download data" }));
  assert.ok(hostile.includes("\"'=HYPERLINK(\"\"x\"\")\",1.5"), "formulas are defused");
});

check("colors follow the system and the button", async () => {
  const background = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await open();
  const dark = await open({ colorScheme: "dark" });
  const [bright, dim] = [await background(light), await background(dark)];
  assert.notEqual(bright, dim);
  const button = light.getByRole("button", { name: "Dark colors" });
  assert.equal(await button.getAttribute("aria-pressed"), "false");
  await button.click();
  assert.equal(await background(light), dim);
  assert.equal(await button.getAttribute("aria-pressed"), "true");
  await dark.getByRole("button", { name: "Dark colors" }).click();
  assert.equal(await background(dark), bright);
});

const SIZES = [320, 360, 768, 1440, 2560];
for (const width of SIZES) {
  check(`nothing overflows at ${width} px`, async () => {
    const page = await open({ width });
    await showAll(page);
    await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
    assert.deepEqual(await overflowing(page), { page: 0, wide: [] });
    if (width === 360 || width === 1440) {
      await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = false)));
      const calm = await open({ width });
      await picture(calm, `page-${width}`);
    }
  });
}

for (const colorScheme of ["light", "dark"]) {
  for (const width of [360, 1440]) {
    check(`axe finds nothing serious in ${colorScheme} at ${width} px`, async () => {
      const page = await open({ colorScheme, width });
      await showAll(page);
      await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
      // By the debugging protocol: the page's own policy forbids foreign scripts.
      await page.evaluate(await readFile(axe, "utf8"));
      const { violations } = await page.evaluate(() => axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
      const found = violations.map((violation) => `${violation.impact} ${violation.id}: ${violation.nodes.length} × ${violation.nodes[0].html.slice(0, 160)} ${violation.nodes[0].failureSummary}`);
      for (const line of found) console.log(`    ${line.split("\n").join(" ").slice(0, 400)}`);
      assert.deepEqual(found.filter((line) => /^(serious|critical)/.test(line)), []);
      if (colorScheme === "dark") {
        const calm = await open({ colorScheme, width });
        await picture(calm, `page-${width}-dark`);
      }
    });
  }
}

check("without script every chart and table can be read", async () => {
  const page = await open({ javaScriptEnabled: false });
  const figures = page.locator("figure");
  assert.ok((await figures.count()) > 20);
  for (const figure of await figures.all()) {
    assert.ok(await figure.locator(".static svg").isVisible());
    assert.ok(await figure.locator("summary").isVisible());
  }
  for (const name of ["button:visible", "select:visible"]) assert.equal(await page.locator(name).count(), 0);
  await figures.first().locator("summary").click();
  assert.ok(await figures.first().locator("table").isVisible());
  await page.screenshot({ path: path.join(folder, "no-script.png") });
  const dark = await open({ javaScriptEnabled: false, colorScheme: "dark", width: 360 });
  await dark.screenshot({ path: path.join(folder, "no-script-dark-360.png") });
});

check("print shows every chart and table, light, without controls", async () => {
  const page = await open({ colorScheme: "dark" });
  await page.emulateMedia({ media: "print" });
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  for (const figure of await page.locator("figure").all()) {
    assert.ok(await figure.locator(".static svg").isVisible());
    assert.ok(await figure.locator("table").isVisible());
  }
  for (const name of ["button:visible", "select:visible", ".live:visible", "nav:visible"]) assert.equal(await page.locator(name).count(), 0);
  assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), "rgb(255, 255, 255)");
  assert.equal(await page.evaluate(() => getComputedStyle(document.body).color), "rgb(27, 37, 48)");
  await page.pdf({ path: path.join(folder, "print.pdf"), format: "A4", preferCSSPageSize: true });
});

// Pages of real runs, as a reader gets them.
const real = (process.env.PAGES ?? "").split(",").filter(Boolean);
for (const file of real) {
  for (const width of [360, 1440]) {
    check(`${file}: opens, has marks everywhere and fits at ${width} px${width === 360 ? ", and reads well for assistive technology" : ""}`, async () => {
      const page = await open({ width, file });
      await picture(page, `${file.replace(".html", "")}-${width}`);
      await showAll(page);
      await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
      const bare = await page.evaluate(() =>
        [...document.querySelectorAll("figure")]
          .filter((figure) => figure.hidden || !figure.querySelector(".static .mark") || !figure.querySelector(".live svg.plot :is(path, rect, circle, line)"))
          .map((figure) => figure.querySelector("h3").textContent));
      assert.deepEqual(bare, []);
      assert.deepEqual(await overflowing(page), { page: 0, wide: [] });
      // Both widths hold the same elements; the sample page is looked at in every color and width.
      if (width !== 360) return;
      await page.evaluate(await readFile(axe, "utf8"));
      const { violations } = await page.evaluate(() => axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }));
      const found = violations.map((violation) => `${violation.impact} ${violation.id}: ${violation.nodes.length} × ${violation.nodes[0].html.slice(0, 160)}`);
      assert.deepEqual(found.filter((line) => /^(serious|critical)/.test(line)), []);
    });
  }
  check(`${file}: every choice of every selector shows a chart`, async () => {
    const page = await open({ file });
    const empty = await page.evaluate(() => {
      const empty = [];
      for (const section of document.querySelectorAll("main > section")) {
        const selects = [...section.querySelectorAll(".selectors select")];
        for (const select of selects) {
          for (const option of select.options) {
            select.value = option.value;
            select.dispatchEvent(new Event("change", { bubbles: true }));
            if (!section.querySelector("figure:not([hidden])")) empty.push(`${section.id} ${selects.map((other) => other.selectedOptions[0].textContent).join(" / ")}`);
          }
          select.selectedIndex = 0;
          select.dispatchEvent(new Event("change", { bubbles: true }));
        }
      }
      return empty;
    });
    assert.deepEqual(empty, []);
  });
}

let failed = 0;
for (const [name, run] of checks) {
  problems.length = 0;
  try {
    await run();
    assert.deepEqual(problems, []);
    console.log(`ok      ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${name}\n${String(error.stack).slice(0, 3000)}`);
  }
  for (const context of browser.contexts()) await context.close();
}
await browser.close();
console.log(`${checks.length - failed} of ${checks.length} checks passed`);
process.exitCode = failed ? 1 : 0;
