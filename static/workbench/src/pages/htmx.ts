/** htmx as these pages use it: no eval, the session's CSRF token, and no error page inside a table cell. */

import htmx from "htmx.org";

import { wake, warn } from "./parts";
import { say } from "./words";

interface RequestContext {
  readonly request: { readonly method: string; readonly headers: Record<string, string> };
  readonly response?: { readonly status: number };
  readonly sourceElement?: Element;
}

function contextOf(event: Event): RequestContext | null {
  return (event as CustomEvent<{ ctx?: RequestContext }>).detail?.ctx ?? null;
}

/** The token of the session, from its cookie where scripts may read it. */
export function csrfToken(): string {
  const cookie = /(?:^|;\s*)csrftoken=([^;]+)/.exec(document.cookie)?.[1];
  if (cookie) return cookie;
  return document.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]")?.value ?? "";
}

export function startHtmx(): void {
  // A failed request leaves the page as it is and says so.
  Object.assign(htmx.config, { noSwap: [204, 304, 401, 403, 404, 429, "5xx"] });
  document.addEventListener("htmx:config:request", (event) => {
    const request = contextOf(event)?.request;
    if (!request || /^(GET|HEAD)$/i.test(request.method)) return;
    request.headers["X-CSRFToken"] ??= csrfToken();
  });
  document.addEventListener("htmx:response:error", (event) => {
    const status = contextOf(event)?.response?.status ?? 0;
    if (status === 401) location.reload(); // the session ended: sign in and come back here
    else if (status !== 422 && status !== 409) warn(say("server.trouble"));
  });
  document.addEventListener("htmx:error", () => warn(say("server.unreachable")));
  document.addEventListener("htmx:after:swap", (event) => wake(event.target as ParentNode));
}
