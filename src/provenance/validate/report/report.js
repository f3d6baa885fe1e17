"use strict";
(() => {
  const find = (selector, inside = document) => [...inside.querySelectorAll(selector)];
  const byId = (id) => document.getElementById(id);
  const form = document.querySelector(".filter");
  const cards = find(".card").map((node) => ({ node, number: node.id.slice(1), level: levelOf(node), rule: node.dataset.r, shown: true }));
  const cardOf = new Map(cards.map((card) => [card.node, card]));
  const groups = find(".group");
  const words = byId("words"), rule = byId("rule"), count = byId("count"), clean = byId("clean"), help = byId("help");
  const wide = matchMedia("(min-width:64rem)");
  let at = null, texts = null, marks = null;

  function levelOf(node) { return ["error", "warning", "info", "quiet"].find((name) => node.classList.contains(name)); }
  // Made when first needed: a report of thousands of findings opens without waiting for it.
  function textOf(card) {
    texts ??= new Map();
    if (!texts.has(card)) texts.set(card, (card.node.textContent + " " + (card.node.closest(".group").firstChild.textContent)).toLowerCase());
    return texts.get(card);
  }
  function marksOf(number) {
    if (marks === null) {
      marks = new Map();
      for (const mark of find(".m")) {
        const key = mark.hash.slice(2);
        if (marks.has(key)) marks.get(key).push(mark); else marks.set(key, [mark]);
      }
    }
    return marks.get(number) ?? [];
  }
  function filter() {
    const levels = new Set(find("fieldset input:checked", form).map((box) => box.value));
    const asked = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let left = 0;
    for (const card of cards) {
      const show = levels.has(card.level) && (!rule.value || rule.value === card.rule) && asked.every((word) => textOf(card).includes(word));
      left += show;
      if (show === card.shown) continue;
      card.shown = show;
      card.node.hidden = !show;
      for (const mark of marksOf(card.number)) mark.classList.toggle("off", !show);
    }
    for (const group of groups) {
      const has = group.querySelector(".card");
      if (has) group.hidden = !group.querySelector(".card:not([hidden])");
    }
    count.textContent = left === cards.length ? `${left} shown` : `${left} of ${cards.length} shown`;
  }
  function light(card, on) {
    card.node.classList.toggle("on", on);
    for (const mark of marksOf(card.number)) mark.classList.toggle("on", on);
  }
  const placeOf = (card) => byId(`p${card.number}`);
  function take(card, { move = true } = {}) {
    if (at) light(at, false);
    at = card;
    light(card, true);
    if (wide.matches && move) placeOf(card)?.scrollIntoView({ block: "center" });
    card.node.focus({ preventScroll: true });
    card.node.scrollIntoView({ block: "nearest" });
  }
  function step(by) {
    const shown = cards.filter((card) => card.shown);
    if (!shown.length) return;
    const now = at ? shown.indexOf(at) : -1;
    take(shown[now < 0 ? (by > 0 ? 0 : shown.length - 1) : Math.min(shown.length - 1, Math.max(0, now + by))]);
  }
  function toPlace(card) {
    const place = placeOf(card);
    if (!place) return;
    place.scrollIntoView({ block: "center" });
    (place.matches("a") ? place : marksOf(card.number)[0])?.focus({ preventScroll: true });
  }
  const toggle = (level) => { const box = form.querySelector(`input[value=${level}]`); if (box) { box.checked = !box.checked; filter(); } };
  const keys = {
    j: () => step(1), k: () => step(-1), "/": () => words.focus(), "?": () => help.showModal(), t: () => window.switchTheme(),
    e: () => toggle("error"), w: () => toggle("warning"), i: () => toggle("info"),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
    const on = event.target;
    if (on.matches("input,select,textarea")) {
      if (event.key === "Escape") { on.blur(); if (on === words && words.value) { words.value = ""; filter(); } }
      return;
    }
    if (on.matches(".card") && (event.key === "ArrowDown" || event.key === "ArrowUp")) { event.preventDefault(); step(event.key === "ArrowDown" ? 1 : -1); return; }
    if (on.matches(".card") && event.key === "Enter") { event.preventDefault(); toPlace(cardOf.get(on)); return; }
    if (single.checked && Object.hasOwn(keys, event.key)) { event.preventDefault(); keys[event.key](); }
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    const wanted = link && (link.matches(".m") ? byId(link.hash.slice(1)) : null);
    if (wanted) { const card = cardOf.get(wanted); if (card?.shown) { event.preventDefault(); take(card, { move: false }); } return; }
    if (link?.matches(".where")) { event.preventDefault(); const card = cardOf.get(link.closest(".card")); take(card); toPlace(card); return; }
    const node = link ? null : event.target.closest(".card");
    if (node && !String(getSelection())) take(cardOf.get(node));
  });
  // Who dictates says letters that were not meant as keys (WCAG 2.1.4): they can be turned off.
  const single = byId("single");
  try { single.checked = localStorage.getItem("provenance-keys") !== "off"; } catch { /* a file may have no storage */ }
  single.addEventListener("change", () => { try { localStorage.setItem("provenance-keys", single.checked ? "on" : "off"); } catch { /* as above */ } });
  let waiting = 0;
  words.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(filter, 80); });
  form.addEventListener("change", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  clean.addEventListener("change", () => { for (const pane of find(".found")) pane.classList.toggle("all", clean.checked); });
  byId("keys").addEventListener("click", () => help.showModal());
  filter();
})();
