/** The REST client: same-origin, session cookie, CSRF header, problem+json. */

export interface Place {
  readonly at: string;
  readonly code: string;
  readonly detail: string;
}

/** The server answered and said no. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly places: readonly Place[];
  readonly retryAfterSeconds: number | null;
  readonly body: Readonly<Record<string, unknown>>;

  constructor(status: number, body: Record<string, unknown>, retryAfter: number | null) {
    const title = String(body.title ?? `HTTP ${status}`);
    super(String(body.detail ?? title));
    this.status = status;
    this.code = String(body.code ?? "");
    this.title = title;
    this.places = Array.isArray(body.errors) ? (body.errors as Place[]) : [];
    this.retryAfterSeconds = retryAfter;
    this.body = body;
  }
}

/** No answer came: the line is down, the server is, or it took too long. */
export class NoConnection extends Error {}

/** What is kept on this device did not come in time, or the browser said no. */
export class Stalled extends Error {}

export interface Reply<T> {
  readonly status: number;
  readonly data: T;
  readonly headers: Headers;
}

export interface CallOptions {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly keepalive?: boolean;
  readonly timeoutMs?: number;
  readonly raw?: Blob;
}

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

const TIMEOUT_MS = 20_000;

export interface Api {
  call<T>(method: Method, path: string, options?: CallOptions): Promise<Reply<T>>;
  /** The server's clock now, in milliseconds. */
  now(): number;
}

export type Fetch = (input: string, init: RequestInit) => Promise<Response>;

/** The token of the session: the cookie knows of a new sign-in in another tab, the page does not. */
function csrfToken(fromPage: string): string {
  if (typeof document === "undefined") return fromPage;
  const found = /(?:^|;\s*)csrftoken=([^;]+)/.exec(document.cookie);
  return found?.[1] ?? fromPage;
}

/** Hears of every call whether an answer came, whatever it said. */
export type OnLine = (answered: boolean) => void;

export function createApi(
  base: string,
  csrf: string,
  send: Fetch = (url, init) => fetch(url, init),
): Api & { onLine: OnLine } {
  let skew = 0;
  const api = { call, now: () => Date.now() + skew, onLine: (() => undefined) as OnLine };

  async function call<T>(method: Method, path: string, options: CallOptions = {}): Promise<Reply<T>> {
    const url = path.startsWith("/") ? path : base + path;
    const response = await reach(send, url, requestOf(method, csrfToken(csrf), options)).catch((error: unknown) => {
      api.onLine(false);
      throw error;
    });
    api.onLine(true);
    const date = Date.parse(response.headers.get("Date") ?? "");
    if (Number.isFinite(date)) skew = nearest(skew, date - Date.now());
    if (!response.ok) throw await refusalOf(response);
    const data = response.status === 204 ? null : await bodyOf(response);
    return { status: response.status, data: data as T, headers: response.headers };
  }

  return api;
}

/** The Date header has whole seconds, so only a difference of more than that is believed. */
function nearest(known: number, measured: number): number {
  return Math.abs(measured - known) > 1500 ? measured : known;
}

function requestOf(method: Method, csrf: string, options: CallOptions): RequestInit {
  const headers: Record<string, string> = {
    Accept: "application/json, application/problem+json",
    ...options.headers,
  };
  if (method !== "GET") headers["X-CSRFToken"] = csrf;
  const init: RequestInit = { method, headers, credentials: "same-origin", redirect: "manual" };
  if (options.raw) {
    headers["Content-Type"] = "application/octet-stream";
    init.body = options.raw;
  } else if (options.body !== undefined) {
    headers["Content-Type"] = "application/json";
    init.body = JSON.stringify(options.body);
  }
  if (options.keepalive) init.keepalive = true;
  else init.signal = AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS);
  return init;
}

async function reach(send: Fetch, url: string, init: RequestInit): Promise<Response> {
  try {
    return await send(url, init);
  } catch (error) {
    throw new NoConnection(error instanceof Error ? error.message : String(error));
  }
}

async function bodyOf(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (error) {
    // Cut off in the middle of the answer: whether the server acted is not known, so ask again.
    throw new NoConnection(error instanceof Error ? error.message : String(error));
  }
}

async function refusalOf(response: Response): Promise<Refusal> {
  // A redirect is a sign-in page in the way, whatever status it hides behind.
  const status = response.type === "opaqueredirect" || response.status === 302 ? 401 : response.status;
  const body = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  const seconds = Number(response.headers.get("Retry-After"));
  return new Refusal(status, body, seconds > 0 ? seconds : null);
}
