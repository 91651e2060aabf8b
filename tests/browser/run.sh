#!/usr/bin/env bash
# Makes a page with every kind of chart and pages of real runs and sweeps, and checks them in headless Chromium. Needs cargo,
# Node.js 20 or later, npm and Chromium (Debian's package `chromium`, or CHROMIUM=/path/to/it). Screenshots go to OUT,
# default target/browser.
set -euo pipefail
cd "$(dirname "$0")/../.."
out=${OUT:-target/browser}
mkdir -p "$out"
# The program of JOINTLY with the examples beside it, or one that is built now.
[ -n "${JOINTLY:-}" ] || { cargo build --locked --quiet --bins --examples; JOINTLY=target/debug/jointly; }
"$(dirname "$JOINTLY")/examples/sample_page" "$out"
pages=()
smart=scenarios/china-korea-smart-cities.toml
"$JOINTLY" run "$smart" --paths 2k --quiet --report "$out/run.html"
pages+=(run.html)
sweep() {
    "$JOINTLY" sweep "$smart" --quiet --report "$out/sweep-$1.html" "${@:2}"
    pages+=("sweep-$1.html")
}
sweep tornado --paths 1k --outcome extra:CHN.digital_economy@2035 --outcome "pilots/CHN.share@2035|p95"
sweep sobol --method sobol --size 32 --paths 200
sweep discover --method discover --paths 2k --condition "extra:CHN.digital_economy@2035 > 40"
sweep grid --method grid --size 7 --paths 500 --vary "levers.smart-cities.scale.CHN=[5, 100]" --vary model.share_response=prior
"$JOINTLY" compare scenarios/{mongolia-digital-divide,market-gateway,talent-exchange}.toml --paths 2k --quiet \
    --outcome extra:group.digital_economy@horizon --outcome extra:MNG.gdp@horizon --threshold 0.5 --report "$out/compare.html"
"$JOINTLY" attribute scenarios/mongolia-digital-divide.toml --option "national program" --paths 1k --quiet \
    --outcome extra:group.digital_economy@horizon --outcome money.npv --report "$out/attribute.html"
pages+=(compare.html attribute.html)
npm ci --prefix tests/browser --ignore-scripts --no-audit --no-fund --loglevel=error
PAGES=$(IFS=,; echo "${pages[*]}") node tests/browser/check.mjs "$out"
node tests/browser/explore.mjs "$JOINTLY" scenarios/mongolia-digital-divide.toml "$out"
# What was saved there runs beside the file it extends.
mkdir -p "$out/scenarios"
cp scenarios/*.toml "$out/explored.toml" "$out/scenarios"
"$JOINTLY" run "$out/scenarios/explored.toml" --paths 100 --quiet
