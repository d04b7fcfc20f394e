/** The small habits of every page. Each works on what the page says with a `data-` attribute. */

import { make } from "./dom";
import { say } from "./words";

const TOAST_MS = 5000;

/** Wakes the parts inside an element: the page itself, and every piece htmx brings in. */
export function wake(root: ParentNode): void {
  for (const toast of root.querySelectorAll<HTMLElement>("[data-toast]")) wakeToast(toast);
  for (const one of root.querySelectorAll<HTMLButtonElement>("[data-copy]")) one.hidden = false;
  for (const bulk of root.querySelectorAll<HTMLElement>("[data-bulk]")) countChosen(bulk);
  root.querySelector<HTMLElement>("[data-focus]")?.focus();
}

/** A toast goes by itself unless somebody points at it or has the focus in it. */
function wakeToast(toast: HTMLElement): void {
  const close = toast.querySelector<HTMLElement>("[data-dismiss]");
  if (close) close.hidden = false;
  let timer = 0;
  const start = (): void => {
    timer = window.setTimeout(() => leave(toast), TOAST_MS);
  };
  const stop = (): void => window.clearTimeout(timer);
  toast.addEventListener("pointerenter", stop);
  toast.addEventListener("pointerleave", start);
  toast.addEventListener("focusin", stop);
  toast.addEventListener("focusout", start);
  start();
}

function leave(toast: HTMLElement): void {
  toast.classList.add("leaving");
  setTimeout(() => toast.remove(), 200);
}

/** Something went wrong behind the page: it stays until it is closed. One at a time is enough. */
export function warn(sentence: string): void {
  const place = document.getElementById("toasts") ?? document.body;
  if ([...place.querySelectorAll(".note .body")].some((one) => one.textContent === sentence)) return;
  const close = make("button", { class: "btn s quiet", type: "button", "data-dismiss": "" }, say("close"));
  place.append(make("div", { class: "note error", role: "alert" }, make("div", { class: "body" }, sentence), close));
}

export function listen(): void {
  document.addEventListener("click", clicked);
  document.addEventListener("change", (event) => {
    preview(event.target);
    for (const bulk of document.querySelectorAll<HTMLElement>("[data-bulk]")) countChosen(bulk);
  });
  document.addEventListener("reset", () => {
    // The boxes change after the event.
    setTimeout(() => document.querySelectorAll<HTMLElement>("[data-bulk]").forEach(countChosen));
  });
  document.addEventListener("keydown", pressed);
}

function clicked(event: MouseEvent): void {
  const target = event.target as Element;
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details[data-menu][open]")) {
    if (!menu.contains(target)) menu.open = false;
  }
  const dismiss = target.closest("[data-dismiss]");
  if (dismiss) dismiss.parentElement?.remove();
  const copy = target.closest<HTMLElement>("[data-copy]");
  if (copy) void copyText(copy);
  const opener = target.closest<HTMLElement>("[data-opens]");
  const dialog = opener ? document.getElementById(opener.dataset.opens ?? "") : null;
  if (dialog instanceof HTMLDialogElement) {
    event.preventDefault();
    dialog.showModal();
  }
  if (target instanceof HTMLDialogElement) target.close(); // a click beside it
}

async function copyText(source: HTMLElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(source.dataset.copy ?? "");
  } catch {
    return; // without permission the text can still be chosen by hand
  }
  const place = document.getElementById("toasts");
  const toast = make("div", { class: "toast", role: "status", "data-toast": "" }, make("div", { class: "body" }, say("copied")));
  place?.append(toast);
  wakeToast(toast);
}

/** The bulk bar is there while a box of its form is ticked. */
function countChosen(bulk: HTMLElement): void {
  const form = document.getElementById(bulk.dataset.bulk ?? "");
  if (!(form instanceof HTMLFormElement)) return;
  const chosen = [...form.elements].filter(
    (one) => one instanceof HTMLInputElement && one.type === "checkbox" && one.checked,
  );
  bulk.hidden = chosen.length === 0;
  const count = bulk.querySelector("[data-bulk-count]");
  if (count && chosen.length > 0) count.textContent = say("bulk.count", { n: chosen.length });
}

/** The theme is shown as soon as it is chosen; saving the form keeps it. */
function preview(target: EventTarget | null): void {
  const isChoice = target instanceof HTMLSelectElement || target instanceof HTMLInputElement;
  if (!isChoice || target.name !== "theme") return;
  const { dataset } = document.documentElement;
  if (target.value === "light" || target.value === "dark") dataset.theme = target.value;
  else delete dataset.theme;
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("input, textarea, select, [contenteditable], dialog[open]") !== null;
}

function pressed(event: KeyboardEvent): void {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") {
    for (const menu of document.querySelectorAll<HTMLDetailsElement>("details[data-menu][open]")) {
      menu.open = false;
      menu.querySelector("summary")?.focus();
    }
    const bulk = document.querySelector<HTMLElement>("[data-bulk]:not([hidden]) [data-bulk-clear]");
    if (bulk && !isTyping(event.target)) bulk.click();
    return;
  }
  if (event.repeat || isTyping(event.target) || event.key.length !== 1) return;
  const key = event.key.toUpperCase();
  const shown = [...document.querySelectorAll<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)].find((one) => one.offsetParent);
  if (!shown) return;
  event.preventDefault();
  shown.click();
}
