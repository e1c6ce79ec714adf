"use strict";
// Demand through time: one resource at a time, its mean and what is enough in so many of 100 replications.
(() => {
  const { demand } = JSON.parse(document.getElementById("data").textContent);
  const place = document.getElementById("demand-live");
  const resource = document.getElementById("resource");
  const step = document.getElementById("step");
  const read = document.getElementById("demand-read");
  const words = document.getElementById("demand-words");
  const blues = { in_99: "#CFE3F1", in_95: "#8DBBDC", in_50: "#3F86BE" };
  const few = (value) => (value >= 10 ? Math.round(value).toLocaleString("en-US") : String(Number(value.toPrecision(2))));
  const width = () => Math.max(280, Math.min(900, place.clientWidth));
  demand.resources.forEach((own, index) => resource.add(new Option(own.name, index)));
  const starts = demand.edges.slice(0, -1);
  let plot = null;
  const days = (at) => "Days " + (demand.edges[at] + 1) + " to " + demand.edges[at + 1];
  // The step in which a day lies; the pointer of the chart jumps to the nearest edge.
  const stepAt = (day) => Math.max(0, starts.filter((start) => start <= day).length - 1);
  const tell = (at) => {
    const own = demand.resources[resource.value];
    const ends = own.low.length ? " (" + few(own.low[at]) + " to " + few(own.high[at]) + " in 95 % of the draws)" : "";
    // What so few replications do not tell is none.
    const shares = [["50", own.in_50, ""], ["95", own.in_95, ends], ["99", own.in_99, ""]].filter(([, values]) => values.length);
    const enough = shares.map(([share, values, range]) => few(values[at]) + range + " in " + share + " of 100 replications").join(", ");
    const beds = own.beds == null ? "" : "; beds that there are: " + few(own.beds);
    read.textContent = days(at) + ", " + own.unit + ": " + few(own.mean[at]) + " in the mean" +
      (enough ? "; taken day by day, enough on every one of them is " + enough : "") + beds + ".";
    step.value = at;
    step.setAttribute("aria-valuetext", days(at));
  };
  const beds = (u) => {
    const own = demand.resources[resource.value];
    if (own.beds == null || own.beds > u.scales.y.max) return;
    const y = u.valToPos(own.beds, "y", true);
    u.ctx.save();
    Object.assign(u.ctx, { strokeStyle: "#222", lineWidth: 1.5 * devicePixelRatio });
    u.ctx.setLineDash([6, 4]);
    u.ctx.beginPath();
    u.ctx.moveTo(u.bbox.left, y);
    u.ctx.lineTo(u.bbox.left + u.bbox.width, y);
    u.ctx.stroke();
    u.ctx.restore();
  };
  const draw = () => {
    const own = demand.resources[resource.value];
    // A step reaches to the start of the next, the last to its own end.
    const whole = (values) => values.concat(values[values.length - 1]);
    const paths = uPlot.paths.stepped({ align: 1 });
    const told = Object.keys(blues).filter((band) => own[band].length);
    const filled = told.map((band) => ({ stroke: blues[band], fill: blues[band], width: 0, paths, points: { show: false } }));
    const columns = [demand.edges].concat(told.map((band) => whole(own[band])), [whole(own.mean)]);
    if (plot) plot.destroy();
    plot = new uPlot({
      width: width(), height: 320, legend: { show: false },
      cursor: { drag: { x: false, y: false }, points: { show: false } },
      series: [{}].concat(filled, [{ stroke: "#222", width: 2, paths, points: { show: false } }]),
      scales: { x: { time: false }, y: { range: (u, low, high) => [0, high > 0 ? 1.05 * high : 1] } },
      axes: [{ label: "day of the counted years" }, { label: own.unit, size: 60 }],
      hooks: {
        draw: [beds],
        setCursor: [(u) => { if (u.cursor.left >= 0) { read.setAttribute("aria-live", "off"); tell(stepAt(u.posToVal(u.cursor.left, "x"))); } }],
      },
    }, columns, place);
    words.textContent = own.name + ", all centres together. The line is the mean of the days of a step; blue reaches, from dark to light, to what is enough " +
      "on each of its days, taken one by one, in 50, 95 and 99 of 100 replications" + (own.beds == null ? "" : "; dashed are the beds that there are, where they are in sight") + ".";
    tell(Math.min(Number(step.value), starts.length - 1));
  };
  // What most people ask for.
  resource.selectedIndex = Math.max(0, demand.resources.findIndex((own) => own.name.startsWith("Doses")));
  step.max = starts.length - 1;
  step.value = 0;
  resource.addEventListener("change", draw);
  step.addEventListener("input", () => {
    plot.setCursor({ left: plot.valToPos(starts[step.value], "x") + 1, top: 10 }, false);
    read.setAttribute("aria-live", "polite");
    tell(Number(step.value));
  });
  window.addEventListener("resize", () => plot.setSize({ width: width(), height: plot.height }));
  draw();
})();
