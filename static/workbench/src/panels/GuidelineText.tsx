/** The guideline as formatted text. Only plain text markup gets onto the page, whatever came. */

import type { VNode } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

import { useWorkbench } from "../shell/use";

const KEPT = new Set([
  "A", "B", "BLOCKQUOTE", "BR", "CODE", "DD", "DL", "DT", "EM", "H1", "H2", "H3", "H4", "HR", "I", "LI",
  "OL", "P", "PRE", "STRONG", "TABLE", "TBODY", "TD", "TH", "THEAD", "TR", "UL", "IMG",
]);
const DROPPED = new Set(["SCRIPT", "STYLE", "TEMPLATE", "IFRAME", "OBJECT", "EMBED", "SVG", "MATH"]);

/** A copy that has only plain text markup, safe links and pictures. */
export function safeFragment(html: string): DocumentFragment {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  const fragment = document.createDocumentFragment();
  for (const child of parsed.body.childNodes) copy(child, fragment);
  return fragment;
}

function copy(node: Node, into: Node): void {
  if (node.nodeType === Node.TEXT_NODE) {
    into.appendChild(document.createTextNode(node.textContent ?? ""));
    return;
  }
  if (!(node instanceof Element) || DROPPED.has(node.tagName.toUpperCase())) return;
  const target = KEPT.has(node.tagName) ? into.appendChild(clean(node)) : into;
  for (const child of node.childNodes) copy(child, target);
}

function clean(source: Element): HTMLElement {
  // The page already has its one main heading.
  const tag = source.tagName === "H1" ? "h2" : source.tagName.toLowerCase();
  const element = document.createElement(tag);
  if (element instanceof HTMLAnchorElement) {
    const href = source.getAttribute("href") ?? "";
    if (/^(https?:|mailto:|\/|#)/i.test(href)) element.href = href;
    element.target = "_blank";
    element.rel = "noopener noreferrer";
  }
  if (element instanceof HTMLImageElement) {
    const src = source.getAttribute("src") ?? "";
    if (/^(https?:|\/)/i.test(src)) element.src = src;
    element.alt = source.getAttribute("alt") ?? "";
  }
  return element;
}

export default function GuidelineText(): VNode {
  const html = useWorkbench().config.guideline_html ?? "";
  const host = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    host.current?.replaceChildren(safeFragment(html));
  }, [html]);
  return <div class="guide prose small" ref={host} />;
}
