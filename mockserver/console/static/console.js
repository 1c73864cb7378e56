// What the console does beside showing pages: copies texts, shows addresses as a whole, and keeps the list of requests
// up to date. Every page works without it.

const PAUSE = 1000; // milliseconds between two looks at the journal

for (const place of document.querySelectorAll("[data-url]")) {
  place.textContent = new URL(place.dataset.url, location).href;
}
for (const place of document.querySelectorAll("[data-origin]")) {
  // The path that follows is the whole path that was sent, so only what stands before it is missing.
  place.textContent = location.origin + new URL(place.dataset.origin, location).pathname.replace(/(_s\/[^/]+\/)?$/, "").replace(/\/$/, "");
}

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break; // a page that came over plain HTTP from another machine may not copy
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).textContent);
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy"), 1500);
  });
}

document.querySelector("form.request")?.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.currentTarget.requestSubmit();
});

for (const place of document.querySelectorAll("[data-readings]")) explain(place);

// Show which readings of the open questions an answer hangs on. The journal finds that out when it is asked.
async function explain(place) {
  const answer = await fetch(new URL(place.dataset.readings, location));
  const entry = answer.ok ? await answer.json() : {};
  const mattered = entry.readings ?? [];
  if (mattered.length === 0) return;
  place.hidden = false;
  place.querySelector("summary").textContent = mattered.length === 1 ? "One reading mattered" : `${mattered.length} readings mattered`;
  for (const one of mattered) {
    const link = document.createElement("a");
    link.href = `${place.dataset.all}#${one.question}`;
    link.textContent = one.asks;
    const others = one.otherwise.map((other) => `${other.reading}: ${otherwise(other, entry)}`);
    const item = document.createElement("li");
    item.append(link, ` ${one.means}.`, note(`Otherwise ${others.join("; ")}.`));
    place.querySelector("ul").append(item);
  }
}

function otherwise(other, entry) {
  const [now, then] = [entry, other].map((one) => [one.status, ...one.outcomes].join(" "));
  return now === then ? "another form of the body" : then;
}

function note(text) {
  const small = document.createElement("small");
  small.textContent = text;
  return small;
}

// A link to one question opens it.
const target = location.hash && document.getElementById(location.hash.slice(1));
if (target instanceof HTMLDetailsElement) target.open = true;

// On a phone the menu is one line that scrolls. (scrollIntoView would move the place where the Tab key begins.)
const menu = document.querySelector(".menu");
menu.scrollLeft = (menu.querySelector("[aria-current]")?.offsetLeft ?? 0) - menu.clientWidth / 2;

const table = document.querySelector("[data-rows]");
if (table) follow(table);

function follow(table) {
  const live = document.querySelector("#live");
  const button = live.querySelector("button");
  const at = new URL(table.dataset.rows, location);
  live.hidden = false;
  button.addEventListener("click", () => {
    button.setAttribute("aria-pressed", button.getAttribute("aria-pressed") !== "true");
    look();
  });
  let timer;
  let looking = false;
  document.addEventListener("visibilitychange", look);
  look();

  async function look() {
    clearTimeout(timer);
    // A tab that nobody sees asks for nothing.
    if (looking || document.hidden || button.getAttribute("aria-pressed") !== "true") return;
    looking = true;
    try {
      at.search = table.dataset.query;
      at.searchParams.set("state", table.tBodies[0].dataset.state);
      const answer = await fetch(at, { headers: { Accept: "text/html" } });
      if (answer.status === 200) show(table, at, await answer.text());
      button.title = answer.ok ? "" : "The mock does not let this page look any more; load it again";
    } catch {
      button.title = "The mock does not answer";
    }
    button.classList.toggle("problem", button.title !== "");
    looking = false;
    timer = setTimeout(look, PAUSE);
  }
}

// Put in what is new and take out what is gone. Rows that stay are left alone, so the focus stays where it is.
function show(table, at, text) {
  const template = document.createElement("template");
  template.innerHTML = `<table>${text}</table>`; // the mock has escaped all that a client has sent
  const news = template.content.querySelector("tbody");
  const rows = table.tBodies[0];
  const before = new Map(Array.from(rows.rows, (row) => [row.dataset.id, row]));
  let next = rows.rows[0] ?? null;
  for (const row of Array.from(news.rows)) {
    const known = before.get(row.dataset.id);
    if (known) {
      before.delete(row.dataset.id);
      next = known.nextElementSibling;
    } else {
      row.querySelector("a").href = new URL(`exchanges/${encodeURIComponent(row.dataset.id)}${query(table)}`, at).href;
      row.classList.add("fresh");
      rows.insertBefore(row, next);
    }
  }
  for (const gone of before.values()) gone.remove();
  rows.dataset.state = news.dataset.state;
  document.querySelector("#empty").hidden = rows.rows.length > 0;
  document.querySelector("#totals").textContent = news.dataset.totals;
}

function query(table) {
  return table.dataset.query && `?${table.dataset.query}`;
}
