#!/usr/bin/env bash
# Makes a page with every kind of chart and checks it in headless Chromium. Needs cargo, Node.js 20 or later, npm and
# Chromium (Debian's package `chromium`, or CHROMIUM=/path/to/it). Screenshots go to OUT, default target/browser.
set -euo pipefail
cd "$(dirname "$0")/../.."
out=${OUT:-target/browser}
mkdir -p "$out"
cargo run --locked --quiet --example sample_page -- "$out"
npm ci --prefix tests/browser --ignore-scripts --no-audit --no-fund --loglevel=error
node tests/browser/check.mjs "$out"
