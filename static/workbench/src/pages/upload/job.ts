/** Following a job from the page that started it. */

import { NoConnection, type Api } from "../../core/api";

export interface Job {
  readonly id: string;
  readonly state: "queued" | "running" | "succeeded" | "failed" | "cancelled";
  readonly done: number;
  readonly total: number | null;
  readonly unit: string;
  readonly note: string;
  readonly report: Readonly<Record<string, unknown>>;
  readonly error: { readonly title?: string; readonly detail?: string } | null;
  readonly refusals_url: string;
}

export interface RefusedRecord {
  readonly position: number;
  readonly place: string;
  readonly key: string;
  readonly code: string;
  readonly detail: string;
}

const EVERY_MS = 1000;
const PATIENCE_MS = 5000;

export function hasEnded(job: Job): boolean {
  return job.state === "succeeded" || job.state === "failed" || job.state === "cancelled";
}

/** Asks until the job has ended; a lost line only makes it ask more slowly. */
export async function followJob(api: Api, url: string, tell: (job: Job) => void): Promise<Job> {
  for (;;) {
    let wait = EVERY_MS;
    try {
      const { data } = await api.call<Job>("GET", url);
      tell(data);
      if (hasEnded(data)) return data;
    } catch (error) {
      if (!(error instanceof NoConnection)) throw error;
      wait = PATIENCE_MS;
    }
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

export async function refusalsOf(api: Api, job: Job): Promise<{ readonly rows: readonly RefusedRecord[]; readonly more: boolean }> {
  const { data } = await api.call<{ results: RefusedRecord[]; next: string | null }>("GET", job.refusals_url);
  return { rows: data.results, more: data.next !== null };
}
