// The page with script: charts that answer to pointer and keys, choices, colors, downloads.
// Texts reach the document only as text nodes and attributes, never as markup.
(() => {
  "use strict";
  const data = JSON.parse(document.getElementById("data").textContent);
  const spoken = document.getElementById("spoken");
  const narrow = (width) => width < 520;

  // Numbers, as src/report/number.rs and Format::text write them.
  const significant = (value) => {
    if (value === 0 || !Number.isFinite(value)) return "0";
    const exponent = Math.floor(Math.log10(Math.abs(value)));
    return exponent < -4 ? value.toExponential(1) : value.toFixed(Math.max(1 - exponent, 0));
  };
  const grouped = (value) => {
    const size = Math.abs(value);
    if (size < 1 && size !== 0) return significant(value);
    const [whole, fraction] = value.toFixed(size >= 100 || size === 0 ? 0 : size >= 10 ? 1 : 2).split(".");
    const text = whole.replace(/\B(?=(\d{3})+$)/g, ",");
    return fraction ? `${text}.${fraction}` : text;
  };
  const hundredfold = (value) => {
    const percent = 100 * value;
    return Math.abs(percent) >= 1 || percent === 0 ? percent.toFixed(1) : significant(percent);
  };
  const number = (format, value) => {
    if (value === null || !Number.isFinite(value)) return "n/a";
    if (format === "percent") return `${hundredfold(value)} %`;
    if (format === "points") return hundredfold(value);
    if (format === "year") return value.toFixed(0);
    return grouped(value);
  };
  const tick = (format) => (value) => {
    const plain = (shown) => shown.toLocaleString("en-US", { maximumSignificantDigits: 6 });
    if (format === "year") return Number.isInteger(value) ? String(value) : "";
    if (format === "percent") return `${plain(100 * value)} %`;
    return plain(format === "points" ? 100 * value : value);
  };
  const heading = (axis) => (axis.unit ? `${axis.label} (${axis.unit})` : axis.label);
  const clip = (text, length) => (text.length > length ? `${[...text].slice(0, length - 1).join("")}…` : text);
  // Lines of at most `length` characters, broken at spaces and, in long words, after . _ / -; at most `lines` of them.
  const fold = (text, length, lines) => {
    const folded = [""];
    for (const part of clip(text, length * lines).split(/(?<=[\s._/-])/)) {
      let rest = part;
      while (rest) {
        const last = folded[folded.length - 1];
        if ((last + rest.trimEnd()).length <= length) {
          folded[folded.length - 1] = last + rest;
          rest = "";
        } else if (last) {
          folded.push("");
        } else {
          folded[folded.length - 1] = rest.slice(0, length);
          rest = rest.slice(length);
        }
      }
    }
    const kept = folded.map((line) => line.trim()).filter(Boolean);
    return (kept.length > lines ? [...kept.slice(0, lines - 1), clip(`${kept[lines - 1]}…`, length)] : kept).join("\n");
  };
  const ink = (position) => `var(--s${position % 8})`;
  const dashes = [null, "7 3", "2 2.5", "9 3 2 3", "12 4", "4 2", "1.5 4", "12 3 3 3"];
  const dash = (position) => dashes[position % 8];
  const finite = (values) => values.every((value) => value !== null && Number.isFinite(value));

  const element = (name, attributes = {}, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  };
  const swatch = (shape) => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("width", "24");
    svg.setAttribute("height", "12");
    svg.setAttribute("aria-hidden", "true");
    const add = (name, attributes) => {
      const made = document.createElementNS("http://www.w3.org/2000/svg", name);
      for (const [key, value] of Object.entries(attributes)) if (value !== null) made.setAttribute(key, value);
      svg.append(made);
    };
    if (shape.line !== undefined) {
      add("line", { x1: 0, x2: 24, y1: 6, y2: 6, stroke: shape.line, "stroke-width": shape.width ?? 2, "stroke-dasharray": shape.dash ?? null });
    } else if (shape.block !== undefined) {
      add("rect", { x: 0, y: 0, width: 24, height: 12, fill: shape.block, "fill-opacity": shape.opacity });
    } else {
      add("circle", { cx: 12, cy: 6, r: 4.5, fill: shape.hollow ? "none" : shape.dot, stroke: shape.dot, "stroke-width": 1.5 });
    }
    return svg;
  };

  // Colors of heat maps: the stops come with the data, so that both pictures agree.
  const cellColor = (colors, value) => {
    const [low, high] = colors.scale === "sequential" ? [colors.low, colors.high] : [colors.middle - colors.reach, colors.middle + colors.reach];
    const stops = data[colors.scale];
    const share = (value - low) / (high - low);
    const place = 4 * (Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 0);
    const left = Math.min(3, Math.floor(place));
    const channels = stops[left].map((from, channel) => Math.round(from + (place - left) * (stops[left + 1][channel] - from)));
    const linear = (channel) => (channel / 255 <= 0.04045 ? channel / 255 / 12.92 : ((channel / 255 + 0.055) / 1.055) ** 2.4);
    const luminance = 0.2126 * linear(channels[0]) + 0.7152 * linear(channels[1]) + 0.0722 * linear(channels[2]);
    return { fill: `rgb(${channels.join(",")})`, text: luminance > 0.179 ? "#000000" : "#ffffff" };
  };

  // A chart becomes { legend, names of axes, options for Plot, points that pointer and keys can visit }.
  const zeroTo = (rows, values) => [Math.min(0, ...rows.flatMap(values)), Math.max(0, ...rows.flatMap(values))];
  const tip = (points, pointer) => Plot.tip(points, pointer({ x: "x", y: "y", title: "text", fontSize: 12, maxRadius: 60, lineWidth: 26, lineHeight: 1.3, textOverflow: "ellipsis" }));

  // A logarithmic axis with a place for 0, and its ticks, as in src/report/chart/scale.rs.
  const logarithmic = (values, count) => {
    const known = values.filter((value) => finite([value]));
    const sizes = known.map(Math.abs).filter((size) => size > 0);
    if (!sizes.length) return {};
    const constant = Math.min(...sizes);
    const [low, high] = [Math.min(...known), Math.max(...known)];
    const exponent = (size) => Math.ceil(Math.log10(size) - 1e-9);
    const exponents = d3.range(exponent(constant), exponent(Math.max(Math.abs(low), Math.abs(high))) + 1);
    const powers = exponents.filter((_, position) => position % Math.ceil(exponents.length / count) === 0).map((power) => Number(`1e${power}`));
    const ticks = [...powers.map((power) => -power).reverse(), 0, ...powers].filter((tick) => low <= tick && tick <= high);
    return { type: "symlog", constant, ticks: ticks.length < 3 ? count : ticks };
  };

  const plane = (chart, width, marks, points, more = {}) => ({
    yName: heading(chart.y),
    xName: chart.x.format === "year" ? "" : heading(chart.x),
    points,
    plot: {
      width, height: narrow(width) ? 260 : Math.min(420, Math.max(280, width * 0.42)), marginLeft: narrow(width) ? 52 : 64, marginRight: 16, marginTop: 12, marginBottom: 28,
      x: { label: null, tickFormat: tick(chart.x.format), ticks: narrow(width) ? 4 : 8, inset: 8, ...(chart.x.logarithmic ? logarithmic(points.map((point) => point.x), narrow(width) ? 5 : 8) : {}) },
      y: { label: null, tickFormat: tick(chart.y.format), nice: true, grid: true, ticks: 5 },
      marks: [
        ...(chart.references ?? []).filter((line) => finite([line.value])).flatMap((line) => [
          Plot.ruleY([line.value], { stroke: "var(--line)", strokeWidth: 1.5 }),
          Plot.text([line], { y: "value", text: (d) => clip(d.label, 60), frameAnchor: "left", dx: 4, dy: -7, textAnchor: "start", fill: "var(--muted)", stroke: "var(--surface)", strokeWidth: 4 }),
        ]),
        ...marks,
        ...(points.length ? [tip(points, more.pointer ?? Plot.pointerX)] : []),
      ],
    },
  });

  const kinds = {
    fan(chart, width) {
      const marks = [], points = [];
      const many = chart.series.length > 1;
      const history = chart.series.find((series) => series.observed.length)?.observed;
      chart.series.forEach((series, position) => {
        const last = series.observed.at(-1) ?? history?.at(-1), first = series.projected[0];
        const joined = last && first && last.x < first.x ? [{ x: last.x, quantiles: Array(5).fill(last.y) }, ...series.projected] : series.projected;
        const sound = joined.filter((point) => finite(point.quantiles));
        [[0, 4, 0.16], [1, 3, 0.3]].forEach(([low, high, fillOpacity]) =>
          marks.push(Plot.areaY(sound, { x: "x", y1: (d) => d.quantiles[low], y2: (d) => d.quantiles[high], fill: ink(position), fillOpacity })));
        marks.push(Plot.lineY(sound, { x: "x", y: (d) => d.quantiles[2], stroke: ink(position), strokeWidth: 2, strokeDasharray: dash(position) }));
        marks.push(Plot.lineY(series.observed, { x: "x", y: "y", stroke: ink(position), strokeWidth: 1.2 }));
        marks.push(Plot.dot(series.observed, { x: "x", y: "y", fill: ink(position), r: 3 }));
        const name = many ? `${clip(series.name, 60)}\n` : "";
        const say = (value) => number(chart.y.format, value);
        for (const point of series.observed) points.push({ x: point.x, y: point.y, text: `${name}${number(chart.x.format, point.x)}, observed\n${say(point.y)}` });
        for (const { x, quantiles } of series.projected) {
          const [q05, q25, q50, q75, q95] = quantiles;
          points.push({ x, y: q50, text: `${name}${number(chart.x.format, x)}\nmedian ${say(q50)}\n50 %: ${say(q25)} to ${say(q75)}\n90 %: ${say(q05)} to ${say(q95)}` });
        }
      });
      const shade = many ? "var(--muted)" : ink(0);
      return {
        ...plane(chart, width, marks, points),
        legend: [
          ...chart.series.map((series, position) => [{ line: ink(position), dash: dash(position) }, many ? series.name : `${series.name}, median`]),
          [{ block: shade, opacity: 0.46 }, "50 % band"],
          [{ block: shade, opacity: 0.16 }, "90 % band"],
          ...(chart.series.some((series) => series.observed.length) ? [[{ dot: shade }, "observed"]] : []),
        ],
      };
    },
    lines(chart, width) {
      const marks = [], points = [];
      const many = chart.series.length > 1;
      chart.series.forEach((series, position) => {
        const banded = series.points.filter((point) => point.interval && finite(point.interval));
        marks.push(Plot.areaY(banded, { x: "x", y1: (d) => d.interval[0], y2: (d) => d.interval[1], fill: ink(position), fillOpacity: 0.16 }));
        marks.push(Plot.lineY(series.points, { x: "x", y: "y", stroke: ink(position), strokeWidth: 2, strokeDasharray: dash(position) }));
        if (series.points.length <= 12) marks.push(Plot.dot(series.points, { x: "x", y: "y", fill: ink(position), r: 3 }));
        for (const { x, y, interval } of series.points) {
          const range = interval ? `\n${chart.coverage} %: ${number(chart.y.format, interval[0])} to ${number(chart.y.format, interval[1])}` : "";
          const at = chart.x.format === "year" ? number("year", x) : `${clip(chart.x.label, 40)} ${number(chart.x.format, x)}`;
          points.push({ x, y, text: `${many ? `${clip(series.name, 60)}\n` : ""}${at}\n${number(chart.y.format, y)}${range}` });
        }
      });
      const interval = chart.series.some((series) => series.points.some((point) => point.interval));
      const names = chart.series.map((series, position) => [{ line: ink(position), dash: dash(position) }, series.name]);
      return {
        ...plane(chart, width, marks, points),
        legend: interval ? [...names, [{ block: many ? "var(--muted)" : ink(0), opacity: 0.2 }, `${chart.coverage} % interval`]] : many ? names : [],
      };
    },
    frontier(chart, width) {
      const options = chart.options.filter((option) => finite([option.cost, option.effect]));
      const color = (option) => (option.efficient ? ink(0) : ink(6));
      const efficient = options.filter((option) => option.efficient).sort((a, b) => a.cost - b.cost);
      const costs = options.flatMap((option) => [option.cost, ...(option.cost_interval ?? [])]);
      const effects = options.flatMap((option) => [option.effect, ...(option.effect_interval ?? [])]);
      const say = (axis, value, interval) => `${clip(axis.label, 40)} ${number(axis.format, value)}${axis.unit ? ` ${clip(axis.unit, 20)}` : ""}${interval ? `\n  90 %: ${number(axis.format, interval[0])} to ${number(axis.format, interval[1])}` : ""}`;
      const points = options.map((option) => ({
        x: option.cost, y: option.effect,
        text: `${clip(option.label, 60)}${option.efficient ? "" : ", dominated"}\n${say(chart.cost, option.cost, option.cost_interval)}\n${say(chart.effect, option.effect, option.effect_interval)}`,
      }));
      const marks = [
        Plot.link(options.filter((d) => d.cost_interval && finite(d.cost_interval)), { x1: (d) => d.cost_interval[0], x2: (d) => d.cost_interval[1], y1: "effect", y2: "effect", stroke: color }),
        Plot.link(options.filter((d) => d.effect_interval && finite(d.effect_interval)), { x1: "cost", x2: "cost", y1: (d) => d.effect_interval[0], y2: (d) => d.effect_interval[1], stroke: color }),
        Plot.line(efficient, { x: "cost", y: "effect", stroke: ink(0), strokeWidth: 2 }),
        Plot.dot(options, { x: "cost", y: "effect", r: 5, fill: (d) => (d.efficient ? ink(0) : "var(--surface)"), stroke: color, strokeWidth: 1.5 }),
      ];
      const made = plane({ x: chart.cost, y: chart.effect }, width, marks, points, { pointer: Plot.pointer });
      // Labels go to the first place of a few that overlaps no earlier label and no dot, as in the static picture; hover text and table
      // name the dominated options that have none.
      const { height, marginLeft, marginRight, marginTop, marginBottom } = made.plot;
      const x = Plot.scale({ x: { ...made.plot.x, domain: [Math.min(...costs), Math.max(...costs)], range: [marginLeft, width - marginRight] } });
      const y = Plot.scale({ y: { type: "linear", nice: true, domain: [Math.min(...effects), Math.max(...effects)], range: [height - marginBottom, marginTop] } });
      const taken = options.map((d) => [x.apply(d.cost) - 6, y.apply(d.effect) - 6, x.apply(d.cost) + 6, y.apply(d.effect) + 6]);
      const labels = options.flatMap((d) => {
        const text = clip(d.label, narrow(width) ? 18 : 36);
        const [across, up, length] = [x.apply(d.cost), y.apply(d.effect), 6.8 * text.length];
        const inside = (left) => Math.max(marginLeft, Math.min(width - 4 - length, left));
        const places = [[across + 9, -8], [across - 9 - length, -8], [across + 9, 18], [across - 9 - length, 18], [across - length / 2, -22], [across - length / 2, 32]]
          .map(([left, down]) => [inside(left), up + down]);
        const area = ([left, base]) => [left, base - 10, left + length, base + 3];
        const free = places.find((place) => {
          const [left, top, right, bottom] = area(place);
          return taken.every((other) => right < other[0] || left > other[2] || bottom < other[1] || top > other[3]);
        }) ?? (d.efficient ? places[0] : null);
        if (!free) return [];
        taken.push(area(free));
        return Plot.text([d], { x: "cost", y: "effect", text: () => text, dx: free[0] - across, dy: free[1] - up, textAnchor: "start", lineAnchor: "bottom", stroke: "var(--surface)", strokeWidth: 4, fill: "var(--text)" });
      });
      made.plot.marks.splice(-1, 0, ...labels);
      return {
        ...made,
        legend: [[{ dot: ink(0) }, "efficient"], [{ dot: ink(6), hollow: true }, "dominated"], [{ line: ink(0), width: 1 }, "90 % intervals"]],
      };
    },
    intervals(chart, width) {
      const sound = (row) => finite(row.quantiles);
      const say = (value) => number(chart.axis.format, value);
      return {
        ...rows(chart.axis, width, chart.rows, {
          marks: (list) => {
            const shown = list.filter(sound);
            return [
              Plot.ruleY(shown, { y: "key", x1: (d) => d.quantiles[0], x2: (d) => d.quantiles[4], stroke: ink(0), strokeWidth: 1.5 }),
              Plot.ruleY(shown, { y: "key", x1: (d) => d.quantiles[1], x2: (d) => d.quantiles[3], stroke: ink(0), strokeWidth: 8, strokeOpacity: 0.55 }),
              Plot.dot(shown, { y: "key", x: (d) => d.quantiles[2], fill: ink(0), r: 4.5 }),
            ];
          },
          reference: chart.reference,
          point: ({ quantiles: [q05, q25, q50, q75, q95] }) => [q50, `median ${say(q50)}\n50 %: ${say(q25)} to ${say(q75)}\n90 %: ${say(q05)} to ${say(q95)}`],
        }),
        legend: [[{ dot: ink(0) }, "median"], [{ block: ink(0), opacity: 0.55 }, "50 % interval"], [{ line: ink(0), width: 1.5 }, "90 % interval"]],
      };
    },
    bars(chart, width) {
      const interval = chart.rows.some((row) => row.interval);
      return {
        ...rows(chart.axis, width, chart.rows, {
          domain: zeroTo(chart.rows, (row) => [row.value, ...(row.interval ?? [])]),
          marks: (list) => [
            Plot.barX(list, { y: "key", x1: 0, x2: "value", fill: ink(0), fillOpacity: 0.75, insetTop: 6, insetBottom: 6 }),
            Plot.ruleY(list.filter((d) => d.interval && finite(d.interval)), { y: "key", x1: (d) => d.interval[0], x2: (d) => d.interval[1], stroke: "var(--text)", strokeWidth: 1.5, marker: "tick" }),
            Plot.ruleX([0], { stroke: "var(--line)" }),
          ],
          point: (row) => [row.value, `${number(chart.axis.format, row.value)}${row.interval ? `\n${chart.coverage} %: ${number(chart.axis.format, row.interval[0])} to ${number(chart.axis.format, row.interval[1])}` : ""}`],
        }),
        legend: interval ? [[{ line: "var(--text)", width: 1.5 }, `${chart.coverage} % interval`]] : [],
      };
    },
    tornado(chart, width) {
      const reach = (bar) => (Number.isFinite(bar.high - bar.low) ? Math.abs(bar.high - bar.low) : 0);
      const bars = chart.bars.map((bar) => ({ ...bar, group: "" })).sort((a, b) => reach(b) - reach(a));
      const say = (value) => number(chart.axis.format, value);
      return {
        ...rows(chart.axis, width, bars, {
          marks: (list) => {
            // The longer end first, so that a shorter one on the same side stays visible.
            const ends = list.flatMap((d) => [{ key: d.key, x: d.low, fill: ink(1) }, { key: d.key, x: d.high, fill: ink(0) }]
              .filter((end) => finite([end.x])).sort((a, b) => Math.abs(b.x - chart.base) - Math.abs(a.x - chart.base)));
            return [Plot.barX(ends, { y: "key", x1: () => chart.base, x2: "x", fill: "fill", fillOpacity: 0.85, insetTop: 5, insetBottom: 5 })];
          },
          reference: { value: chart.base, label: `base ${say(chart.base)}` },
          point: (bar) => [bar.high, `at ${clip(bar.low_input, 40)}: ${say(bar.low)}\nat ${clip(bar.high_input, 40)}: ${say(bar.high)}\nbase: ${say(chart.base)}`],
        }),
        legend: [[{ block: ink(1), opacity: 0.85 }, "input at its low value"], [{ block: ink(0), opacity: 0.85 }, "input at its high value"]],
      };
    },
    boxes(chart, width) {
      const place = (input, limit) => {
        const share = (limit - input.range[0]) / (input.range[1] - input.range[0]);
        return Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 0;
      };
      const list = chart.inputs.map((input) => ({ ...input, label: heading(input.input), group: "" }));
      return {
        ...rows({ label: "Position in the input's range", unit: "", format: "percent" }, width, list, {
          domain: [0, 1],
          marks: (inputs) => [
            Plot.barX(inputs, { y: "key", x1: 0, x2: 1, fill: "var(--track)", insetTop: 8, insetBottom: 8 }),
            Plot.barX(inputs, { y: "key", x1: (d) => place(d, d.limits[0]), x2: (d) => place(d, d.limits[1]), fill: ink(0), fillOpacity: 0.8, insetTop: 8, insetBottom: 8 }),
          ],
          point: (d) => [(place(d, d.limits[0]) + place(d, d.limits[1])) / 2, `in the box: ${d.limits.map((v) => number(d.input.format, v)).join(" to ")}\nwhole range: ${d.range.map((v) => number(d.input.format, v)).join(" to ")}`],
        }),
        legend: [[{ block: "var(--track)", opacity: 1 }, "whole range"], [{ block: ink(0), opacity: 0.8 }, "in the box"]],
      };
    },
    heat_map(chart, width) {
      const cells = chart.rows.flatMap((row, r) => chart.columns.map((column, c) => ({ r: `r${r}`, c: `c${c}`, row, column, ...(chart.cells[r]?.[c] ?? { value: null, note: "" }) })))
        .map((cell) => (cell.value === null || !Number.isFinite(cell.value) ? { ...cell, value: null, fill: "var(--track)", text: "var(--text)" } : { ...cell, ...cellColor(chart.colors, cell.value) }));
      const marginLeft = Math.min(narrow(width) ? 96 : 200, 24 + 7 * Math.max(3, ...chart.rows.map((row) => row.length)));
      const cellWidth = (width - marginLeft - 4) / Math.max(1, chart.columns.length);
      const room = narrow(width) ? 28 : 42;
      const longest = Math.max(1, ...chart.columns.map((column) => Math.min(room, column.length)));
      const upright = longest > 3 && cellWidth < 84;
      const column = (key) => chart.columns[Number(key.slice(1))];
      const every = Math.ceil(16 / cellWidth);
      const marginTop = upright ? 14 + Math.min(240, longest * 6) : longest > 3 ? 50 : 24;
      const show = (cell) => `${cell.value === null ? "–" : number(chart.value.format, cell.value)}${cell.note ? "*" : ""}`;
      const fits = cells.every((cell) => show(cell).length * 7 <= cellWidth - 4);
      const points = cells.map((cell) => ({ x: cell.c, y: cell.r, text: `${clip(cell.row, 40)}, ${clip(cell.column, 40)}\n${number(chart.value.format, cell.value)}${cell.note ? `\n${clip(cell.note, 120)}` : ""}` }));
      const [low, high] = chart.colors.scale === "sequential" ? [chart.colors.low, chart.colors.high] : [chart.colors.middle - chart.colors.reach, chart.colors.middle + chart.colors.reach];
      return {
        yName: `Down: ${chart.rows_label}; across: ${chart.columns_label}`, xName: chart.cells.flat().some((cell) => cell.note) ? "* with a remark" : "", points,
        legend: [
          [null, heading(chart.value)],
          ...[0, 0.25, 0.5, 0.75, 1].map((share) => [{ block: cellColor(chart.colors, low + share * (high - low)).fill, opacity: 1 }, number(chart.value.format, low + share * (high - low))]),
        ],
        plot: {
          width, height: marginTop + 6 + chart.rows.length * (chart.rows.length > 12 ? 26 : 38), marginLeft, marginRight: 4, marginTop, marginBottom: 6,
          x: { type: "band", domain: chart.columns.map((_, c) => `c${c}`), padding: 0.02 },
          y: { type: "band", domain: chart.rows.map((_, r) => `r${r}`), padding: 0.04 },
          marks: [
            Plot.axisX({ anchor: "top", label: null, tickSize: 0, tickPadding: 5, tickFormat: (key) => (Number(key.slice(1)) % every ? "" : (upright ? clip(column(key), room) : fold(column(key), Math.floor(cellWidth / 6.8), 3))), ...(upright ? { tickRotate: 60, textAnchor: "end" } : {}) }),
            Plot.axisY({ label: null, tickSize: 0, lineHeight: 1.1, tickFormat: (key) => fold(chart.rows[Number(key.slice(1))], Math.floor((marginLeft - 12) / 7.2), chart.rows.length > 12 ? 1 : 2) }),
            Plot.cell(cells, { x: "c", y: "r", fill: "fill", rx: 2 }),
            Plot.text(fits ? cells : [], { x: "c", y: "r", text: show, fill: "text" }),
            Plot.tip(points, Plot.pointer({ x: "x", y: "y", title: "text", fontSize: 12, maxRadius: 60, lineWidth: 26, lineHeight: 1.3 })),
          ],
        },
      };
    },
  };

  // Charts of one row per label, in groups.
  function rows(axis, width, list, { marks, point, domain, reference }) {
    const small = narrow(width);
    const keyed = list.map((row, position) => ({ ...row, key: `r${position}` }));
    const keys = [], headings = [];
    let group = "";
    for (const row of keyed) {
      if (row.group !== group && row.group) {
        const key = `g${headings.length}`;
        headings.push({ key, text: row.group });
        keys.push(key);
      }
      group = row.group;
      keys.push(row.key);
    }
    const longest = Math.max(4, ...list.map((row) => row.label.length));
    const marginLeft = Math.round(Math.min(small ? 0.4 * width : 250, 24 + 6.8 * longest));
    const labels = new Map(keyed.map((row) => [row.key, fold(row.label, Math.floor((marginLeft - 12) / 7.2), 5)]));
    const lines = Math.max(1, ...[...labels.values()].map((label) => label.split("\n").length));
    const points = keyed.map((row) => {
      const [x, text] = point(row);
      return { x, y: row.key, text: `${row.group ? `${clip(row.group, 40)}, ` : ""}${clip(row.label, 60)}\n${text}` };
    }).filter(({ x }) => x !== null && Number.isFinite(x));
    const line = reference && finite([reference.value]) ? reference : null;
    return {
      yName: "", xName: heading(axis), points,
      plot: {
        width, height: 30 + (line ? 14 : 0) + keys.length * [34, 34, 40, 50, 64, 78][lines], marginLeft, marginRight: 18, marginTop: line ? 20 : 6, marginBottom: 24,
        x: { label: null, nice: true, grid: true, ticks: small ? 3 : 7, tickFormat: tick(axis.format), ...(domain ? { domain } : {}) },
        y: { type: "band", domain: keys, padding: 0.05 },
        marks: [
          Plot.axisY({ label: null, tickSize: 0, tickFormat: (key) => labels.get(key) ?? "", lineHeight: 1.1 }),
          Plot.text(headings, { y: "key", text: (d) => clip(d.text, Math.floor(width / 8.6)), frameAnchor: "left", dx: 6 - marginLeft, textAnchor: "start", fontWeight: 600, dy: 3 }),
          ...marks(keyed),
          ...(line ? [
            Plot.ruleX([line.value], { stroke: "var(--line)", strokeWidth: 1.5 }),
            Plot.text([line], { x: "value", text: (d) => clip(d.label, 40), frameAnchor: "top", dy: -13, fill: "var(--muted)" }),
          ] : []),
          tip(points, Plot.pointerY),
        ],
      },
    };
  }

  // Drawing, and visiting points with the keys.
  function draw(figure) {
    const chart = data.charts[Number(figure.dataset.chart)];
    const live = figure.querySelector(".live");
    const width = Math.floor(live.clientWidth);
    if (!width || live.dataset.width === String(width)) return;
    live.dataset.width = String(width);
    let made, svg;
    try {
      made = kinds[chart.data.kind](chart.data, width);
      svg = Plot.plot({ ...made.plot, className: "plot", style: { fontSize: "12px", background: "transparent" } });
    } catch (error) {
      // The static picture is as good a witness of the numbers.
      console.error(error);
      live.hidden = true;
      figure.querySelector(".static").hidden = false;
      return;
    }
    // The words around it say the same: caption, legend, spoken values, table.
    svg.setAttribute("aria-hidden", "true");
    const legend = element("div", { class: "legend" });
    for (const [shape, name] of made.legend) legend.append(element("span", {}, ...(shape ? [swatch(shape)] : []), element("span", { dir: "auto" }, clip(name, 80))));
    const parts = [];
    if (made.legend.length) parts.push(legend);
    if (made.yName) parts.push(element("div", { class: "axis-name" }, clip(made.yName, 120)));
    parts.push(svg);
    if (made.xName) parts.push(element("div", { class: "axis-name x" }, clip(made.xName, 120)));
    live.replaceChildren(...parts);
    live.visit = visitor(svg, made.points);
  }

  function visitor(svg, points) {
    let at = -1;
    const place = (scale, value) => svg.scale(scale).apply(value) + (svg.scale(scale).bandwidth ?? 0) / 2;
    return (step) => {
      if (!points.length) return;
      at = step === "first" ? 0 : step === "last" ? points.length - 1 : step === null ? -1 : Math.min(points.length - 1, Math.max(0, at + step));
      if (at < 0) {
        svg.dispatchEvent(new PointerEvent("pointerleave", { pointerType: "mouse" }));
        return;
      }
      spoken.textContent = points[at].text.replaceAll("\n", "; ");
      const box = svg.getBoundingClientRect();
      const ratio = box.width / svg.viewBox.baseVal.width;
      const where = { clientX: box.left + ratio * place("x", points[at].x), clientY: box.top + ratio * place("y", points[at].y), pointerType: "mouse" };
      if (!finite([where.clientX, where.clientY])) return;
      svg.dispatchEvent(new PointerEvent("pointerenter", where));
      svg.dispatchEvent(new PointerEvent("pointermove", where));
    };
  }

  const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: "first", End: "last", Escape: null };

  function enliven(figure) {
    const chart = data.charts[Number(figure.dataset.chart)];
    const live = element("div", { class: "live", tabindex: "0", role: "group", "aria-label": `Chart: ${clip(chart.title, 200)}. Arrow keys read its values.` });
    figure.querySelector(".static").before(live);
    figure.querySelector(".static").hidden = true;
    live.addEventListener("keydown", (event) => {
      if (!(event.key in steps) || event.altKey || event.ctrlKey || event.metaKey || !live.visit) return;
      event.preventDefault();
      live.visit(steps[event.key]);
    });
    live.addEventListener("blur", () => live.visit?.(null));
    tools(figure, chart.title);
  }

  // Downloads.
  const fileName = (title, ending) => `${title.normalize("NFKD").replace(/[^A-Za-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 60).toLowerCase() || "chart"}.${ending}`;

  function save(text, type, name) {
    const address = URL.createObjectURL(new Blob([text], { type }));
    const link = element("a", { href: address, download: name });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
  }

  // Numbers in full; words that a spreadsheet would take for a formula get an apostrophe.
  function csv(table) {
    const field = (text) => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
    const word = (text) => (/^[=+@\t-]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text);
    const value = (cell) => cell.dataset.v ?? word([...cell.childNodes].map((node) => node.textContent.trim()).filter(Boolean).join(", "));
    return [...table.rows].map((row) => [...row.cells].map((cell) => field(value(cell))).join(",")).join("\r\n") + "\r\n";
  }

  function picture(figure) {
    const svg = figure.querySelector(".static svg").cloneNode(true);
    svg.setAttribute("viewBox", svg.dataset.full);
    const [, , width, height] = svg.dataset.full.split(" ");
    svg.setAttribute("width", width);
    svg.setAttribute("height", height);
    svg.removeAttribute("data-full");
    const paper = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    paper.setAttribute("width", width);
    paper.setAttribute("height", height);
    paper.setAttribute("fill", "#ffffff");
    svg.prepend(paper);
    return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(svg)}\n`;
  }

  function tools(block, title) {
    const bar = block.querySelector(".tools");
    const button = (label, act) => {
      const made = element("button", { type: "button", "aria-label": `${label}: ${clip(title, 120)}` }, label);
      made.addEventListener("click", act);
      bar.append(made);
    };
    button("Download data (CSV)", () => save(csv(block.querySelector("table")), "text/csv;charset=utf-8", fileName(title, "csv")));
    if (block.matches("figure")) button("Download picture (SVG)", () => save(picture(block), "image/svg+xml", fileName(title, "svg")));
  }

  // Choices.
  function choose(section) {
    const chosen = [...section.querySelectorAll(".selectors select")].map((select) => select.value);
    let shown = 0, figures = 0;
    for (const figure of section.querySelectorAll("figure")) {
      const choices = figure.dataset.choices.split(" ").filter(Boolean);
      figure.hidden = choices.some((choice, position) => chosen[position] !== undefined && chosen[position] !== "all" && chosen[position] !== choice);
      figures += 1;
      if (!figure.hidden) shown += 1;
    }
    section.querySelector(".charts")?.classList.toggle("one", shown === 1);
    const none = section.querySelector(".none");
    if (none) none.hidden = shown > 0 || figures === 0;
    drawAll(section);
  }

  const drawAll = (root) => {
    for (const figure of root.querySelectorAll("figure:not([hidden])")) draw(figure);
  };

  // Colors.
  const theme = document.getElementById("theme");
  const systemDark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (document.documentElement.dataset.theme ?? (systemDark.matches ? "dark" : "light")) === "dark";
  const showTheme = () => theme.setAttribute("aria-pressed", String(isDark()));
  theme.addEventListener("click", () => {
    document.documentElement.dataset.theme = isDark() ? "light" : "dark";
    showTheme();
  });
  systemDark.addEventListener("change", showTheme);
  showTheme();

  // Printing shows the static pictures and every table.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")];
    for (const details of opened) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of opened) details.open = false;
  });

  document.documentElement.classList.add("scripted");
  for (const shown of document.querySelectorAll(".script")) shown.hidden = false;
  for (const figure of document.querySelectorAll("figure")) enliven(figure);
  for (const table of document.querySelectorAll(".table")) tools(table, table.querySelector("h3").textContent);
  for (const section of document.querySelectorAll("main > section")) {
    section.addEventListener("change", (event) => {
      if (event.target.matches(".selectors select")) choose(section);
    });
    choose(section);
  }
  let waiting = 0;
  addEventListener("resize", () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(() => drawAll(document));
  });
})();
