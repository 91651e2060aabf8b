// What both sets of checks share: the browser, what goes wrong in it, and running one check after the other.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});

// What the browser says is wrong while a check runs.
export const problems = [];

// A page of its own, with everything wrong that the browser says about it collected; it may ask only for what `mayAsk` allows.
export async function newPage(settings, timeout, mayAsk) {
  const context = await browser.newContext({ acceptDownloads: true, ...settings });
  const page = await context.newPage();
  page.setDefaultTimeout(timeout);
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) problems.push(`console ${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => problems.push(`script error: ${error.stack}`));
  page.on("request", (request) => {
    if (!mayAsk(request.url())) problems.push(`asks for ${request.url()}`);
  });
  return page;
}

// What axe finds against the guidelines, and against what it takes for good practice.
export async function violations(page) {
  // By the debugging protocol: the page's own policy forbids foreign scripts.
  await page.evaluate(axe);
  const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const found = await page.evaluate((runOnly) => axe.run(document, { runOnly, resultTypes: ["violations"] }), rules);
  return found.violations;
}

const checks = [];
export const check = (name, run) => checks.push([name, run]);

// Runs the checks, of which ONLY may pick those with a word in their name, and closes the browser.
export async function runChecks(what) {
  const only = process.env.ONLY;
  const chosen = checks.filter(([name]) => !only || name.includes(only));
  let failed = 0;
  for (const [name, run] of chosen) {
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
  console.log(`${chosen.length - failed} of ${chosen.length} checks of ${what} passed`);
  process.exitCode = failed || chosen.length === 0 ? 1 : 0;
}
