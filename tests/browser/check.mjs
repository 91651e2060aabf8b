// Opens the sample page in Chromium and checks what a reader relies on. Usage: node check.mjs FOLDER, where FOLDER holds
// page.html and the pictures that the sample_page example wrote. Screenshots go to the same folder.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { check, newPage, runChecks, violations } from "./runner.mjs";

const folder = path.resolve(process.argv[2] ?? "target/browser");
async function open({ width = 1440, height = 900, colorScheme = "light", javaScriptEnabled = true, file = "page.html", hash = "" } = {}) {
  const settings = { viewport: { width, height }, colorScheme, javaScriptEnabled, bypassCSP: false };
  const page = await newPage(settings, 15000, (url) => /^(file|data|blob):/.test(url));
  await page.goto(pathToFileURL(path.join(folder, file)).href + hash);
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
      // What scrolls in itself, the insides of pictures (scaled as a whole) and what is only for screen readers may.
      return box.right > edge && box.width > 0 && !node.closest("nav li, .scroll table, pre code, .picture svg *, .unseen");
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

// Marks of the pictures in sight, and what is wrong with any.
const pictures = (page) =>
  page.evaluate(() =>
    [...document.querySelectorAll("figure")].map((figure) => {
      const shown = [...figure.querySelectorAll(".picture svg")].filter((svg) => svg.getClientRects().length);
      const marks = shown.flatMap((svg) => [...svg.querySelectorAll(".marks > *")]).filter((mark) => {
        const box = mark.getBoundingClientRect();
        return box.width + box.height > 0;
      });
      return { title: figure.querySelector("h3").textContent.slice(0, 60), hidden: figure.hidden, shown: shown.length, kind: shown[0]?.classList[1], marks: marks.length };
    }));

for (const [width, kind] of [[360, "narrow"], [1440, "wide"]]) {
  check(`every chart shows one picture with marks at ${width} px`, async () => {
    const page = await open({ width });
    await showAll(page);
    const shown = await pictures(page);
    assert.ok(shown.length > 20);
    for (const chart of shown) assert.ok(!chart.hidden && chart.shown === 1 && chart.marks > 0, JSON.stringify(chart));
    assert.ok(shown.some((chart) => chart.kind === kind));
  });
}

check("numbers of pictures can be read: none is smaller than nine pixels", async () => {
  for (const width of [360, 768, 1440]) {
    const page = await open({ width });
    const small = await page.evaluate(() =>
      [...document.querySelectorAll("figure:not([hidden]) .picture svg")]
        .filter((svg) => svg.getClientRects().length)
        .map((svg) => (12 * svg.getBoundingClientRect().width) / svg.viewBox.baseVal.width)
        .filter((size) => size < 9));
    assert.deepEqual(small, [], `${width}`);
  }
});

check("charts without data, and with numbers that are not finite, break nothing", async () => {
  const page = await open({ file: "edge.html" });
  for (const picture of await page.locator(".picture").all()) {
    await picture.focus();
    await page.keyboard.press("End");
    await picture.hover();
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
  await section.getByRole("combobox", { name: "Economy" }).selectOption("All");
  assert.equal((await shown()).length, 5);
});

check("a link keeps the choice", async () => {
  const page = await open();
  await page.locator("#s-projections").getByRole("combobox", { name: "Economy" }).selectOption("Mongolia");
  assert.match(page.url(), /#economy=Mongolia$/);
  await page.getByRole("link", { name: "Methods" }).click();
  await page.waitForFunction(() => location.hash.includes("at=s-methods"));
  assert.match(page.url(), /economy=Mongolia/);
  const again = await open({ hash: new URL(page.url()).hash });
  assert.deepEqual(await again.locator("#s-projections figure:visible h3").allTextContents(), ["Digital share of GDP, Mongolia"]);
  await again.waitForFunction(() => scrollY > 500);
  const wrong = await open({ hash: "#economy=Atlantis&%3Cimg%3E=x" });
  assert.equal(await wrong.locator("#s-projections figure:visible").count(), 1);
});

check("pointer and keys tell every series with the values that the table lists", async () => {
  const page = await open();
  const figure = page.locator("#s-projections figure:visible");
  const picture = figure.locator(".picture");
  await picture.scrollIntoViewIfNeeded();
  const box = await picture.locator("svg:visible").boundingBox();
  await page.mouse.move(box.x + 0.8 * box.width, box.y + 0.5 * box.height);
  const tip = picture.locator(".tip");
  await tip.waitFor();
  await page.screenshot({ path: path.join(folder, "hover.png") });
  const words = await tip.textContent();
  for (const word of ["Year", "baseline", "smart cities", "median", "95 %"]) assert.ok(words.includes(word), `${word} in ${words}`);
  const area = await tip.boundingBox();
  assert.ok(area.x >= 0 && area.x + area.width <= 1440);
  await page.mouse.move(5, 5);
  assert.equal(await tip.count(), 0);
  // Each year's words are its row, in order, and the mark stands at the year's place.
  const headings = await figure.locator("thead th").evaluateAll((cells) => cells.map((cell) => cell.textContent));
  const rows = await figure.locator("tbody tr").evaluateAll((rows) => rows.map((row) => [...row.cells].map((cell) => cell.textContent.trim())));
  assert.equal(rows.length, 20);
  await picture.focus();
  let last = -1;
  for (const row of rows) {
    await page.keyboard.press("ArrowRight");
    const expected = [`${headings[0]} ${row[0]}`, ...row.map((text, column) => [headings[column], text]).slice(1).filter(([, text]) => text).map((pair) => pair.join(" "))].join("; ");
    assert.equal(await page.locator("#spoken").textContent(), expected);
    const cursor = await picture.locator(".cursor").boundingBox();
    assert.ok(cursor.x > last);
    last = cursor.x;
  }
  await page.keyboard.press("Escape");
  assert.equal(await picture.locator(".cursor").count(), 0);
});

check("pointer and keys reach the places of every kind", async () => {
  for (const width of [360, 1440]) {
    const page = await open({ width });
    for (const section of ["effects", "matrix", "options", "drivers"]) {
      for (const picture of await page.locator(`#s-${section} .picture`).all()) {
        await picture.focus();
        await page.keyboard.press("End");
        const spoken = await page.locator("#spoken").textContent();
        assert.ok(spoken.length > 5 && !/undefined|NaN|null/.test(spoken), spoken);
        // At one moment: the page may still be scrolling.
        const [svg, cursor, tip] = await picture.evaluate((node) => {
          const shown = [...node.querySelectorAll("svg")].find((svg) => svg.getClientRects().length);
          return [shown, node.querySelector(".cursor"), node.querySelector(".tip")].map((part) => part.getBoundingClientRect().toJSON());
        });
        assert.ok(cursor.x >= svg.x - 12 && cursor.x <= svg.x + svg.width && cursor.y >= svg.y - 12 && cursor.y <= svg.y + svg.height);
        assert.ok(tip.x >= 0 && tip.x + tip.width <= width + 0.5);
        await page.mouse.move(svg.x + 0.6 * svg.width, svg.y + 0.6 * svg.height);
        assert.equal(await picture.locator(".tip").count(), 1);
        await page.mouse.move(0, 0);
      }
    }
  }
});

check("each chart shows its table", async () => {
  const page = await open();
  const figure = page.locator("#s-projections figure:visible");
  assert.equal(await figure.locator("table").isVisible(), false);
  await figure.getByText("Show as table").click();
  assert.equal(await figure.locator("table").isVisible(), true);
  assert.equal(await figure.locator("tbody tr").count(), 6 + 14);
});

async function download(page, button) {
  const [file] = await Promise.all([page.waitForEvent("download"), button.click()]);
  return [file.suggestedFilename(), await readFile(await file.path())];
}

check("downloads hold the numbers of the table and the picture of --plot", async () => {
  const page = await open();
  const figure = page.locator("#s-drivers figure.broad");
  await figure.locator("svg.wide").waitFor();
  const [csvName, csv] = await download(page, figure.getByRole("button", { name: "Data (CSV)" }));
  assert.equal(csvName, "drivers-net-present-value-by-scale-and-ramp.csv");
  const shown = await figure.locator("tbody tr").evaluateAll((rows) => rows.map((row) => [...row.cells].slice(2).map((cell) => Number(cell.dataset.v ?? cell.textContent))));
  const lines = String(csv).trim().split("\r\n").slice(1).map((line) => line.split(","));
  assert.equal(lines.length, 96);
  lines.forEach((line, row) => assert.deepEqual(line.slice(2).map(Number), shown[row]));
  assert.ok(lines.every((line) => line.length === 3 && Number.isFinite(Number(line[2]))));
  // What is seen is what --plot writes and what is downloaded, cursor and all left out.
  await figure.locator(".picture").hover();
  const [svgName, svg] = await download(page, figure.getByRole("button", { name: "Picture (SVG)" }));
  assert.equal(svgName, "drivers-net-present-value-by-scale-and-ramp.svg");
  const made = await readFile(path.join(folder, "diverging-heat-map.svg"), "utf8");
  const outline = (text) => page.evaluate((text) => {
    const parsed = new DOMParser().parseFromString(text, "image/svg+xml");
    const drawn = [...parsed.querySelectorAll("text, path, circle, title, desc, style")].map((node) => [node.localName, node.getAttribute("class"), node.getAttribute("d"), node.getAttribute("cx"), node.getAttribute("x"), node.getAttribute("y"), node.textContent]);
    return [parsed.documentElement.getAttribute("viewBox"), drawn];
  }, text);
  const [seen, plotted] = [await outline(String(svg)), await outline(made)];
  assert.deepEqual(seen, plotted);
  assert.ok(String(svg).includes("10,000") && String(svg).includes("smart-city pilots"));
  const [pngName, png] = await download(page, figure.getByRole("button", { name: "Picture (PNG)" }));
  assert.equal(pngName, "drivers-net-present-value-by-scale-and-ramp.png");
  assert.equal(png.readUInt32BE(16), 1520);
  // A long table is folded until a reader opens it.
  await page.locator("section:has(h2:text('window.broken')) .table > details").first().evaluate((details) => (details.open = true));
  const [, hostile] = await download(page, page.locator("section:has(h2:text('window.broken')) .table").getByRole("button", { name: "Data (CSV)" }));
  assert.ok(String(hostile).includes("\"'=HYPERLINK(\"\"x\"\")\",1.5"), "formulas are defused");
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
      const found = (await violations(page)).map((violation) => `${violation.impact} ${violation.id}: ${violation.nodes.length} × ${violation.nodes[0].html.slice(0, 160)} ${violation.nodes[0].failureSummary}`);
      for (const line of found) console.log(`    ${line.split("\n").join(" ").slice(0, 400)}`);
      assert.deepEqual(found.filter((line) => /^(serious|critical)/.test(line)), []);
      if (colorScheme === "dark") {
        const calm = await open({ colorScheme, width });
        await picture(calm, `page-${width}-dark`);
      }
    });
  }
}

check("without script the first choices show, the others can be unfolded", async () => {
  for (const width of [360, 1440]) {
    const page = await open({ javaScriptEnabled: false, width });
    const section = page.locator("#s-projections");
    assert.deepEqual(await section.locator("figure:visible h3").allTextContents(), ["Digital share of GDP, China"]);
    for (const name of ["button:visible", "select:visible"]) assert.equal(await page.locator(name).count(), 0);
    await page.screenshot({ path: path.join(folder, `no-script-${width}.png`) });
    await section.locator(".others > summary").click();
    assert.equal(await section.locator("figure:visible").count(), 15);
    for (const figure of await section.locator("figure").all()) assert.equal(await figure.locator(".picture svg:visible").count(), 1);
    await section.locator("figure").first().locator("summary").click();
    assert.ok(await section.locator("figure").first().locator("table").isVisible());
  }
});

// Sheets of a page as it prints: Chromium writes one /Type /Page a sheet.
async function sheets(page, name) {
  const pdf = await page.pdf({ path: path.join(folder, `${name}.pdf`), format: "A4", preferCSSPageSize: true });
  return pdf.toString("latin1").match(/\/Type\s*\/Page\b(?!s)/g).length;
}

for (const javaScriptEnabled of [true, false]) {
  check(`print shows the current choice, light, without controls${javaScriptEnabled ? "" : ", without script"}`, async () => {
    const page = await open({ colorScheme: "dark", javaScriptEnabled });
    if (javaScriptEnabled) await page.locator("#s-projections").getByRole("combobox", { name: "Economy" }).selectOption("Korea");
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    assert.deepEqual(await page.locator("#s-projections figure:visible h3").allTextContents(), [`Digital share of GDP, ${javaScriptEnabled ? "Korea" : "China"}`]);
    assert.equal(await page.locator("#s-projections figure:visible svg:visible").count(), 1);
    for (const name of ["button:visible", "select:visible", "nav:visible", "figure table:visible"]) assert.equal(await page.locator(name).count(), 0, name);
    const color = (property) => page.evaluate((property) => getComputedStyle(document.body)[property], property);
    if (javaScriptEnabled) {
      assert.equal(await color("backgroundColor"), "rgb(255, 255, 255)");
      assert.equal(await color("color"), "rgb(27, 37, 48)");
    }
  });
}

// Pages of real runs, as a reader gets them.
const real = (process.env.PAGES ?? "").split(",").filter(Boolean);
for (const file of real) {
  for (const width of [360, 1440]) {
    check(`${file}: opens, has marks everywhere and fits at ${width} px${width === 360 ? ", and reads well for assistive technology" : ""}`, async () => {
      const page = await open({ width, file });
      await picture(page, `${file.replace(".html", "")}-${width}`);
      await showAll(page);
      await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
      const bare = (await pictures(page)).filter((chart) => chart.hidden || chart.shown !== 1 || chart.marks === 0);
      assert.deepEqual(bare, []);
      assert.deepEqual(await overflowing(page), { page: 0, wide: [] });
      // Both widths hold the same elements; the sample page is looked at in every color and width.
      if (width !== 360) return;
      const found = (await violations(page)).map((violation) => `${violation.impact} ${violation.id}: ${violation.nodes.length} × ${violation.nodes[0].html.slice(0, 160)}`);
      assert.deepEqual(found.filter((line) => /^(serious|critical)/.test(line)), []);
    });
  }
  const most = 12;
  for (const javaScriptEnabled of [true, false]) {
    check(`${file}: prints on at most ${most} sheets${javaScriptEnabled ? "" : " without script"}`, async () => {
      const page = await open({ file, javaScriptEnabled });
      const count = await sheets(page, `${file.replace(".html", "")}-${javaScriptEnabled ? "script" : "plain"}`);
      console.log(`    ${count} sheets`);
      assert.ok(count <= most, `${count} sheets`);
    });
  }
  check(`${file}: every choice of every selector shows a chart`, async () => {
    const page = await open({ file });
    const empty = await page.evaluate(() => {
      const empty = [];
      for (const section of document.querySelectorAll(".group")) {
        const selects = [...section.querySelectorAll(".selectors select")];
        for (const select of selects) {
          for (const option of select.options) {
            select.value = option.value;
            select.dispatchEvent(new Event("change", { bubbles: true }));
            if (!section.querySelector("figure:not([hidden])")) empty.push(`${section.parentNode.id} ${selects.map((other) => other.selectedOptions[0].textContent).join(" / ")}`);
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

await runChecks("pages");
