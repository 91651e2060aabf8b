#!/usr/bin/env bash
# Makes a page with every kind of chart and pages of real runs, and checks them in headless Chromium. Needs cargo,
# Node.js 20 or later, npm and Chromium (Debian's package `chromium`, or CHROMIUM=/path/to/it). Screenshots go to OUT,
# default target/browser.
set -euo pipefail
cd "$(dirname "$0")/../.."
out=${OUT:-target/browser}
mkdir -p "$out"
cargo run --locked --quiet --example sample_page -- "$out"
pages=()
for scenario in china-korea-smart-cities all-together; do
    cargo run --locked --quiet -- run "scenarios/$scenario.toml" --paths 2k --quiet --report "$out/$scenario.html"
    pages+=("$scenario.html")
done
cargo run --locked --quiet -- compare scenarios/{mongolia-digital-divide,market-gateway,talent-exchange}.toml --paths 2k --quiet \
    --outcome extra:group.digital_economy@horizon --outcome MNG.gap --threshold 0.5 --report "$out/compare.html"
cargo run --locked --quiet -- attribute scenarios/mongolia-digital-divide.toml --option "national program" --paths 1k --quiet \
    --outcome extra:group.digital_economy@horizon --outcome money.npv --report "$out/attribute.html"
pages+=(compare.html attribute.html)
npm ci --prefix tests/browser --ignore-scripts --no-audit --no-fund --loglevel=error
PAGES=$(IFS=,; echo "${pages[*]}") node tests/browser/check.mjs "$out"
