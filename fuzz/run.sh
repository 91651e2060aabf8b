#!/usr/bin/env bash
# fuzz/run.sh TARGET|all [arguments of libFuzzer]: looks for inputs that make a target fail; a few seconds each without arguments.
# What is found goes to fuzz/artifacts, new inputs to fuzz/found; those worth keeping are copied to fuzz/corpus by hand.
set -euo pipefail
cd "$(dirname "$0")"
mapfile -t targets < <(basename --suffix .rs --multiple src/bin/*.rs)
[ "${1:-all}" = all ] || targets=("$1")
[ $# -gt 0 ] && shift
[ $# -gt 0 ] || set -- -max_total_time=8
# Coverage as cargo-fuzz asks for it, without its sanitizer: the code is safe Rust.
export RUSTFLAGS="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing -Ccodegen-units=16"
cargo build --locked --quiet ${targets[*]/#/--bin } --target "$(rustc -vV | sed -n 's/^host: //p')"
# Words that inputs are made of: keys, names and codes of scenarios, tables and outcomes.
grep -aohE '[A-Za-z][A-Za-z_0-9.-]{2,30}' ../scenarios/*.toml ../tests/samples/* ../docs/glossary.md corpus/*/* |
    sort -u | sed 's/.*/"&"/' >target/words
for target in "${targets[@]}"; do
    case $target in
        scenario) more=(../scenarios) ;;
        import) more=(../tests/samples) ;;
        *) more=() ;;
    esac
    mkdir -p "found/$target" "artifacts/$target"
    # An input of a megabyte or ten seconds of work is a finding.
    "target/$(rustc -vV | sed -n 's/^host: //p')/debug/$target" "found/$target" "corpus/$target" "${more[@]}" \
        -dict=target/words -artifact_prefix="artifacts/$target/" -timeout=10 -rss_limit_mb=2048 -max_len=8192 -verbosity=0 -print_final_stats=1 "$@" 2>"artifacts/$target/log" ||
        { tail -n 40 "artifacts/$target/log"; exit 1; }
    echo "$target: $(sed -n 's/^stat::number_of_executed_units: //p' "artifacts/$target/log") inputs"
done
