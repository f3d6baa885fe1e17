// The desk: what is typed or dropped is looked at by our own server, and what it found is put beside it.
// The draft lives in this page only. Offsets are UTF-16 units of the text field's own text.
(() => {
  "use strict";
  const WAIT_MS = 250; // after the last key
  const WAIT_LONG_MS = 900;
  const LONG = 200_000; // characters: from here on the looks and the painting wait longer
  const HUGE = 300_000; // a text field with more is slow to lay out: only this much of it is shown, and not edited
  const MAX_UNDO = 50;
  const WORDS = { error: "error", warning: "warning", info: "info" };

  const at = (id) => document.getElementById(id);
  const text = at("text"), under = at("under"), paper = at("paper"), findings = at("findings");
  const statusLine = at("status"), problem = at("problem"), opened = at("opened"), reading = at("name");
  const buttons = { mend: at("mend-safe"), undo: at("undo"), download: at("download"), clear: at("clear"), live: at("live") };

  // `file` holds the bytes of what cannot be edited here; null while the text field is the draft.
  const draft = { file: null, name: "", written: null, marks: [], before: "", undo: [], isSaved: true, seen: "" };
  let timer = 0, running = null, current = -1, fixable = 0, isLooking = false;

  document.documentElement.classList.add("js");
  for (const each of document.querySelectorAll(".with-script")) each.hidden = false;
  for (const each of document.querySelectorAll(".without-script")) each.hidden = true;

  // --- the draft ---------------------------------------------------------------------------------

  const nameOf = () => draft.name || reading.value;
  const queryOf = () => `name=${encodeURIComponent(nameOf().slice(-255))}&seen=${encodeURIComponent(draft.seen)}`;
  // A mark at the beginning says that it is UTF-8, whatever the text says of itself.
  const bytesOf = () => draft.file || new Blob(["\ufeff", text.value]);

  const state = () => ({ file: draft.file, name: draft.name, written: draft.written, text: text.value, readOnly: text.readOnly, opened: opened.textContent });

  function restore(kept) {
    Object.assign(draft, { file: kept.file, name: kept.name, written: kept.written });
    text.readOnly = kept.readOnly;
    sayOpened(kept.opened);
    setText(kept.text);
  }

  function setText(value) {
    const top = paper.scrollTop;
    text.value = value;
    draft.marks = moved(draft.marks, draft.before, value);
    draft.before = value;
    paint();
    paper.scrollTop = top;
  }

  function remember() {
    draft.undo.push(state());
    if (draft.undo.length > MAX_UNDO) draft.undo.shift();
    draft.isSaved = false;
  }

  function sayOpened(said) {
    opened.textContent = said;
    opened.hidden = !said;
  }

  function enable() {
    const isEmpty = !draft.file && !text.value;
    buttons.mend.disabled = fixable === 0;
    buttons.mend.textContent = fixable ? `Mend all that is safe (${fixable})` : "Mend all that is safe";
    buttons.undo.disabled = draft.undo.length === 0;
    buttons.download.disabled = isEmpty;
    buttons.clear.disabled = isEmpty;
    buttons.live.disabled = isEmpty || isLooking;
  }

  // --- asking the server -------------------------------------------------------------------------

  async function ask(path, body, signal) {
    let answer;
    try {
      answer = await fetch(path, { method: "POST", body, signal, headers: { "Content-Type": "application/octet-stream" } });
    } catch (error) {
      if (error.name === "AbortError") return null;
      complain("The server does not answer.", "Is `provenance serve` still running? The draft is still here.");
      return null;
    }
    if (answer.ok) { problem.hidden = true; return answer; }
    const said = await answer.json().catch(() => ({ title: `The server answers ${answer.status}.` }));
    if (answer.status === 401) said.hint = "Sign in again in another tab; the draft is still here.";
    complain(said.title, said.hint || "");
    return null;
  }

  function complain(title, hint) {
    problem.textContent = hint ? `${title} ${hint}` : title;
    problem.hidden = false;
    findings.classList.remove("stale");
  }

  async function look() {
    clearTimeout(timer);
    if (running) running.abort();
    if (!draft.file && !text.value.trim()) { forget(); return null; }
    const mine = running = new AbortController();
    findings.classList.add("stale");
    const answer = await ask(`/validate/look?${queryOf()}`, bytesOf(), mine.signal);
    const said = answer && await answer.json().catch(() => null);
    if (running !== mine) return null; // a later look has begun
    running = null;
    if (said) show(said);
    return said;
  }

  async function lookLive() {
    isLooking = true;
    enable();
    statusLine.textContent = "Looking at the sources. This takes a moment; you can go on writing.";
    statusLine.classList.remove("sr");
    const asked = text.value, answer = await ask(`/validate/live?${queryOf()}`, bytesOf());
    const said = answer && await answer.json().catch(() => null);
    isLooking = false;
    enable();
    if (!said) { statusLine.textContent = ""; return; }
    draft.seen = said.seen;
    if (asked === text.value) show(said); else await look();
    if (said.is_offline) complain("No source was looked at:", "this machine reaches nothing just now.");
    else statusLine.textContent = `The sources were looked at. ${statusLine.textContent}.`;
    statusLine.classList.remove("sr");
    buttons.live.focus({ preventScroll: true });
  }

  function lookSoon() {
    clearTimeout(timer);
    timer = setTimeout(look, text.value.length > LONG ? WAIT_LONG_MS : WAIT_MS);
  }

  // --- showing -----------------------------------------------------------------------------------

  function show(said) {
    const shown = said.text.slice(0, HUGE);
    if (draft.file && text.value !== shown) { text.value = shown; draft.before = shown; }
    draft.marks = said.marks.filter((mark) => mark[1] <= HUGE);
    fixable = said.fixable;
    draft.called = said.name;
    current = -1;
    paint();
    findings.innerHTML = said.findings; // made by our own templates, which escape all
    findings.classList.remove("stale");
    for (const each of document.querySelectorAll("[data-count]")) each.textContent = said.counts[each.dataset.count];
    for (const each of document.querySelectorAll("[data-word]")) each.textContent = WORDS[each.dataset.word] + (said.counts[each.dataset.word] === 1 ? "" : "s");
    const { error, warning, info } = said.counts;
    const line = `${count(error, "error")}, ${count(warning, "warning")}, ${count(info, "info")}`;
    if (statusLine.textContent !== line) statusLine.textContent = line;
    statusLine.classList.add("sr"); // the numbers are seen beside it
    statusLine.title = `looked at in ${said.elapsed_ms} ms`;
    enable();
  }

  const count = (number, word) => `${number} ${word}${number === 1 ? "" : "s"}`;

  function forget() {
    draft.marks = [];
    fixable = 0;
    paint();
    findings.replaceChildren();
    findings.classList.remove("stale");
    statusLine.textContent = "";
    for (const each of document.querySelectorAll("[data-count]")) each.textContent = "0";
    enable();
  }

  function paint() {
    const value = text.value, parts = [];
    let position = 0;
    for (const [start, end, severity, cards] of draft.marks) {
      if (start > position) parts.push(value.slice(position, start));
      const mark = document.createElement("mark");
      mark.className = severity;
      mark.dataset.cards = cards.join(" ");
      mark.textContent = value.slice(start, end);
      parts.push(mark);
      position = end;
    }
    parts.push(value.slice(position) + "\n ");
    under.replaceChildren(...parts);
  }

  // Marks of the text as it was, where they stand in the text as it is: until the next look is back.
  function moved(marks, before, after) {
    if (before === after || !marks.length) return marks;
    const shorter = Math.min(before.length, after.length);
    let head = 0, tail = 0;
    while (head < shorter && before[head] === after[head]) head++;
    while (tail < shorter - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
    const shift = after.length - before.length, last = before.length - tail;
    const kept = [];
    for (const [start, end, ...rest] of marks) {
      if (end <= head) kept.push([start, end, ...rest]);
      else if (start >= last) kept.push([start + shift, end + shift, ...rest]);
    }
    return kept;
  }

  // --- going from finding to finding -------------------------------------------------------------

  const cards = () => [...findings.querySelectorAll(".card")].filter((each) => each.offsetParent !== null);

  function choose(card, { focusDraft = true, scrollDraft = true } = {}) {
    for (const each of document.querySelectorAll(".current")) each.classList.remove("current");
    if (!card) return;
    current = Number(card.dataset.number);
    card.classList.add("current");
    card.scrollIntoView({ block: "nearest" });
    const mine = [...under.querySelectorAll("mark")].filter((each) => each.dataset.cards.split(" ").includes(card.dataset.number));
    for (const each of mine) each.classList.add("current");
    if (mine.length && scrollDraft) paper.scrollTop = mine[0].offsetTop - paper.clientHeight / 3;
    if (!focusDraft) return;
    paper.scrollIntoView({ block: "nearest" });
    text.focus({ preventScroll: true });
    text.setSelectionRange(Number(card.dataset.start), Number(card.dataset.end));
  }

  function step(by) {
    const all = cards();
    if (!all.length) return;
    const here = all.findIndex((each) => Number(each.dataset.number) === current);
    choose(all[here < 0 ? (by > 0 ? 0 : all.length - 1) : (here + by + all.length) % all.length]);
  }

  function followCaret() {
    const caret = text.selectionStart;
    if (text.selectionEnd !== caret) return;
    const mark = draft.marks.find(([start, end]) => start <= caret && caret <= end);
    const card = mark && findings.querySelector(`.card[data-number="${mark[3][0]}"]`);
    if (card && Number(card.dataset.number) !== current) choose(card, { focusDraft: false, scrollDraft: false });
  }

  // --- mending -----------------------------------------------------------------------------------

  async function mend(query, focusNext) {
    const answer = await ask(`/validate/mend?${queryOf()}${query}`, bytesOf());
    if (!answer) return;
    const fixed = Number(answer.headers.get("X-Provenance-Fixed")), bytes = await answer.blob();
    if (!fixed) { complain("This could not be mended.", decodeURIComponent(answer.headers.get("X-Provenance-Left") || "")); return; }
    remember();
    if (draft.file) draft.file = bytes;
    else { setText(new TextDecoder().decode(await bytes.arrayBuffer())); draft.mendedText = text.value; }
    await look();
    statusLine.textContent = `${count(fixed, "finding")} mended. ${statusLine.textContent} left.`;
    statusLine.classList.remove("sr");
    const next = focusNext >= 0 ? cards()[Math.min(focusNext, cards().length - 1)] : null;
    (next ? next.querySelector("button") : buttons.undo).focus({ preventScroll: true });
    if (next) choose(next, { focusDraft: false });
  }

  function undo() {
    const kept = draft.undo.pop();
    if (!kept) return;
    restore(kept);
    look();
    enable();
  }

  // --- opening and keeping -----------------------------------------------------------------------

  async function open(file) {
    if (!file) return;
    const before = state(), hadDraft = !!(draft.file || text.value);
    Object.assign(draft, { file, name: file.name, written: null });
    const said = await look();
    if (!said) { Object.assign(draft, { file: before.file, name: before.name, written: before.written }); return; }
    if (hadDraft) { draft.undo.push(before); }
    const isWhole = said.text.length <= HUGE;
    draft.written = isWhole ? said.written : null;
    if (draft.written) draft.file = null;
    text.readOnly = !draft.written;
    draft.isSaved = true;
    paper.scrollTop = 0;
    sayOpened(draft.written ? `${file.name} is open.` : !isWhole ? `${file.name} is long: the first part is shown, all of it is looked at and mended.` : `${file.name} is open to be read: edit it in its own program, or mend it here and download it. It stays the kind of file that it is.`);
    enable();
  }

  function download() {
    const link = document.createElement("a");
    const written = draft.written || { has_bom: false, newline: "\n" };
    const body = draft.file || new Blob([written.has_bom ? "\ufeff" : "", text.value.replaceAll("\n", written.newline)]);
    link.href = URL.createObjectURL(body);
    link.download = mendedName(draft.name || reading.value || draft.called || "draft.txt");
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    draft.isSaved = true;
  }

  function mendedName(name) {
    const dot = name.lastIndexOf(".");
    if (!draft.undo.length || !draft.name) return name;
    return dot > 0 ? `${name.slice(0, dot)}-mended${name.slice(dot)}` : `${name}-mended`;
  }

  function clear() {
    remember();
    Object.assign(draft, { file: null, name: "", written: null, isSaved: true, seen: "" });
    text.readOnly = false;
    sayOpened("");
    problem.hidden = true;
    setText("");
    forget();
    text.focus();
  }

  // --- explaining --------------------------------------------------------------------------------

  async function explain(link) {
    const answer = await fetch(`${link.getAttribute("href")}?part=true`, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!answer || !answer.ok) { complain("This rule's page cannot be had.", "Is `provenance serve` still running?"); return; }
    at("explained").innerHTML = await answer.text();
    at("explain").showModal();
    at("explain").scrollTop = 0;
  }

  // --- wiring ------------------------------------------------------------------------------------

  text.addEventListener("input", () => {
    draft.marks = moved(draft.marks, draft.before, text.value);
    draft.before = text.value;
    draft.isSaved = !text.value;
    paint();
    enable();
    lookSoon();
  });
  text.addEventListener("keydown", (event) => {
    const last = draft.undo.at(-1);
    const isUndo = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "z";
    // the field forgets what was typed when it is mended: what was there before is ours to bring back
    if (isUndo && last && draft.mendedText === text.value) { event.preventDefault(); undo(); }
  });
  for (const each of ["click", "keyup"]) text.addEventListener(each, followCaret);
  reading.addEventListener("change", () => { if (!draft.file) { draft.name = ""; look(); } });
  at("file").addEventListener("change", (event) => { open(event.target.files[0]); event.target.value = ""; });
  buttons.mend.addEventListener("click", () => mend("", -1));
  buttons.undo.addEventListener("click", undo);
  buttons.download.addEventListener("click", download);
  buttons.live.addEventListener("click", lookLive);
  buttons.clear.addEventListener("click", clear);
  at("desk").addEventListener("submit", (event) => { event.preventDefault(); look(); });
  at("filter").addEventListener("change", (event) => {
    for (const each of [findings, under]) each.classList.toggle(`hide-${event.target.value}`, !event.target.checked);
  });
  findings.addEventListener("click", (event) => {
    const card = event.target.closest(".card"), act = event.target.closest("[data-act]");
    if (!card) return;
    if (!act) { if (!String(getSelection())) choose(card, { focusDraft: false }); return; }
    switch (act.dataset.act) {
      case "show": choose(card); break;
      case "mend": mend(`&unsafe=true&only=${encodeURIComponent(act.dataset.fingerprint)}`, cards().indexOf(card)); break;
      case "explain":
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        explain(act);
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "F8") { event.preventDefault(); step(event.shiftKey ? -1 : 1); }
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      const act = findings.querySelector(".card.current [data-act=mend]");
      if (act && !act.disabled) { event.preventDefault(); act.click(); }
    }
  });
  for (const kind of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(kind, (event) => {
      if (![...event.dataTransfer.types].includes("Files")) return;
      event.preventDefault();
      paper.classList.toggle("dropping", kind === "dragover");
      if (kind === "drop") open(event.dataTransfer.files[0]);
    });
  }
  text.addEventListener("paste", (event) => {
    const file = event.clipboardData.files[0], pasted = event.clipboardData.getData("text/plain");
    if (pasted.length > HUGE) { event.preventDefault(); open(new File(["\ufeff", pasted], "pasted.txt")); return; }
    if (file && !event.clipboardData.types.includes("text/plain")) { event.preventDefault(); open(file); }
  });
  addEventListener("beforeunload", (event) => { if (!draft.isSaved && draft.undo.length) event.preventDefault(); });

  draft.before = text.value;
  if (text.value.trim()) look(); else { paint(); enable(); }
})();
