import { chromium } from "playwright-core";
const [folder, ...files] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"] });
for (const arg of files) {
  const [file, width, scheme, mode] = arg.split(":");
  const w = Number(width);
  const context = await browser.newContext({ viewport: { width: w, height: w < 500 ? 800 : 900 }, colorScheme: scheme });
  const page = await context.newPage();
  await page.goto(`file://${folder}/${file}.html`);
  await page.waitForTimeout(150);
  if (mode === "open") await page.evaluate(() => document.querySelectorAll("details.fold").forEach((d) => (d.open = true)));
  await page.screenshot({ path: `${folder}/${file}-${w}-${scheme}-${mode}.png`, fullPage: mode !== "top" });
  if (mode === "top") console.log(file, w, await page.evaluate(() => { const f = document.querySelector(".answer figure .picture"); const t = document.querySelector(".answer .table"); return JSON.stringify({ table: t && Math.round(t.getBoundingClientRect().bottom), picture: f && Math.round(f.getBoundingClientRect().bottom), answer: Math.round(document.querySelector(".answer").getBoundingClientRect().bottom) }); }));
  await context.close();
}
await browser.close();
