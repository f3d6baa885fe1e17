// The Document page: a marker that is chosen shows its claim's sources beside the text, without leaving it.
// Every marker is a link that works alone; this only saves the way there and back.
(() => {
  "use strict";
  const WAIT_MS = 120; // between keys: who holds j down wants the last claim, not all of them
  const at = (id) => document.getElementById(id);
  const written = at("written"), panel = at("panel"), chain = at("chain"), keys = at("keys");
  if (!written || !panel) return;

  // --- which marker stands for which claim -------------------------------------------------------
  // A claim ends before its markers: of a marker, the claim is the last one that the text showed.

  const claims = []; // in the order of the text: {id, markers, pieces}
  const known = new Map();
  let last = "";
  const pieces = new Map();
  for (const each of written.querySelectorAll("[data-c], a[id^='m']")) {
    if (each.dataset.c !== undefined) {
      last = each.dataset.c;
      pieces.set(last, [...(pieces.get(last) || []), each]);
      continue;
    }
    const id = new URLSearchParams(each.search).get("claim");
    if (!known.has(id)) {
      known.set(id, { id, markers: [], number: "" });
      claims.push(known.get(id));
    }
    const claim = known.get(id);
    claim.markers.push(each);
    claim.number = claim.number || last;
  }
  const byNumber = new Map(claims.map((claim) => [claim.number, claim]));

  // --- choosing ---------------------------------------------------------------------------------

  const chosenId = () => new URLSearchParams(location.search).get("claim");
  let current = known.get(chosenId()) || null;
  let timer = 0;

  function mark(claim) {
    for (const each of written.querySelectorAll(".here, .chosen")) each.classList.remove("here", "chosen");
    current = claim;
    panel.classList.toggle("open", Boolean(claim));
    if (!claim) return;
    for (const each of claim.markers) each.classList.add("chosen");
    for (const each of pieces.get(claim.number) || []) each.classList.add("here");
    const place = claims.indexOf(claim);
    aim(at("back"), claims[place - 1]);
    aim(at("on"), claims[place + 1]);
  }

  function aim(link, claim) {
    if (claim) link.href = claim.markers[0].href;
    else link.removeAttribute("href");
  }

  function show(claim, behavior = calm()) {
    const first = (pieces.get(claim.number) || [])[0] || claim.markers[0];
    const box = first.getBoundingClientRect();
    const end = claim.markers[0].getBoundingClientRect().bottom;
    const isNarrow = getComputedStyle(panel).position === "sticky" && panel.getBoundingClientRect().width > 0.8 * innerWidth;
    const bottom = isNarrow ? 0.4 * innerHeight : innerHeight - 40;
    if (box.top < 20 || end > bottom) scrollBy({ top: box.top - 0.15 * innerHeight, behavior });
  }

  const calm = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth");

  async function load(claim, { focus }) {
    chain.classList.add("wait");
    const query = new URLSearchParams({ part: "1", document: at("document").dataset.id });
    try {
      await htmx.ajax("GET", `/claims/${encodeURIComponent(claim.id)}?${query}`, { target: chain, swap: "innerHTML" });
    } finally {
      chain.classList.remove("wait");
    }
    if (current !== claim) return;
    panel.scrollTop = 0;
    if (focus) chain.focus({ preventScroll: true });
    else tell();
  }
  // who goes from claim to claim by keys stays in the text, and is told what came beside it
  function tell() {
    const words = ["#claim-title", ".verdict"].map((each) => chain.querySelector(each)?.textContent || "");
    at("told").textContent = words.filter(Boolean).join(": ");
  }

  // what cannot be fetched is asked for as a page, which says why
  for (const fault of ["htmx:responseError", "htmx:sendError"]) {
    document.body.addEventListener(fault, () => {
      if (!current) return;
      history.replaceState(null, "", current.markers[0].href);
      location.reload();
    });
  }

  function choose(claim, { push = true, focus = true, wait = 0 } = {}) {
    mark(claim);
    show(claim);
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (push && chosenId() !== claim.id) history.pushState(null, "", claim.markers[0].href);
      load(claim, { focus });
    }, wait);
  }

  function close({ push = true } = {}) {
    const before = current;
    clearTimeout(timer);
    mark(null);
    chain.replaceChildren();
    if (push && chosenId()) history.pushState(null, "", at("close").href.split("#")[0]);
    before?.markers[0].focus({ preventScroll: true });
  }

  // --- what people do ---------------------------------------------------------------------------

  const isPlain = (event) => event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);

  written.addEventListener("click", (event) => {
    if (!isPlain(event)) return;
    const marker = event.target.closest("a[id^='m']");
    const piece = event.target.closest("[data-c]");
    const claim = marker ? known.get(new URLSearchParams(marker.search).get("claim")) : piece && byNumber.get(piece.dataset.c);
    if (!claim || (!marker && !getSelection().isCollapsed)) return;
    event.preventDefault();
    choose(claim);
  });

  panel.addEventListener("click", (event) => {
    const tool = event.target.closest(".tools a[href]");
    if (!tool || !isPlain(event)) return;
    event.preventDefault();
    if (tool.id === "close") close();
    else step(tool.id === "on" ? 1 : -1, false);
  });

  addEventListener("popstate", () => {
    const claim = known.get(chosenId());
    if (claim) choose(claim, { push: false, focus: false });
    else if (current) close({ push: false });
  });

  function step(by, isByKey) {
    const focused = claims.findIndex((claim) => claim.markers.includes(document.activeElement));
    const from = focused >= 0 ? focused : claims.indexOf(current);
    const place = from >= 0 ? from + by : firstInSight(by);
    const claim = claims[place];
    if (!claim) return;
    if (isByKey) claim.markers[0].focus({ preventScroll: true });
    if (current) choose(claim, { focus: false, wait: WAIT_MS });
    else show(claim);
  }

  function firstInSight(by) {
    const place = claims.findIndex((claim) => claim.markers[0].getBoundingClientRect().top >= 0);
    if (place < 0) return claims.length - 1;
    return by > 0 ? place : place - 1;
  }

  const KEYS = {
    j: () => step(1, true),
    k: () => step(-1, true),
    o: () => chain.querySelector("a[data-open]")?.click(),
  };

  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target.closest("textarea, select, [contenteditable], input:not([type=checkbox])")) return;
    if (event.key === "Escape" && current) {
      close();
      return;
    }
    const act = keys.checked && KEYS[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  // Who speaks to the computer, or hits keys by accident, wants no single keys (WCAG 2.1.4): that is remembered.
  keys.checked = localStorage.getItem("provenance.keys") !== "off";
  keys.addEventListener("change", () => {
    if (keys.checked) localStorage.removeItem("provenance.keys");
    else localStorage.setItem("provenance.keys", "off");
  });

  document.documentElement.classList.add("lively");
  for (const each of document.querySelectorAll(".with-script")) each.hidden = false;
  if (current) {
    mark(current);
    show(current, "auto");
  }
})();
