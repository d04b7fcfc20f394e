/** What is said about the answer at hand: fetched when there may be something, told to the server at once. */

import type { State, Task } from "./state";
import type { Regions } from "./types";
import type { Workbench } from "./workbench";

export interface Comment {
  readonly id: string;
  readonly author: string;
  readonly is_mine: boolean;
  /** Whose answer it is about. */
  readonly about: string;
  /** The id of a region; empty for all of the answer. */
  readonly region: string;
  readonly text: string;
  readonly at: string;
  readonly resolved: boolean;
}

/** Where comments on what is shown are read and written; null where nobody may say anything. */
export function placesOf(task: Task | null, chosen: number): { readonly read: string; readonly write: string | null } | null {
  if (!task || task.kind === "look") return null;
  if (task.annotation !== null) return both(`annotations/${task.annotation}/comments`);
  const own = `assignments/${task.assignment.id}/comments`;
  if (task.kind !== "review") return both(own);
  const answer = task.answers[chosen];
  return { read: own, write: answer ? `annotations/${answer.annotation}/comments` : null };
}

function both(place: string): { readonly read: string; readonly write: string } {
  return { read: place, write: place };
}

/** A task that nobody had before has no comments: asking would cost each task a request. What was begun has a draft. */
export function mayHaveComments(task: Task, regions: Regions): boolean {
  return task.kind === "review" || task.annotation !== null || (task.assignment.draft ?? null) !== null || regions.length > 0;
}

/** Those about the answer that is looked at: a reviewer sees the others when their answers are chosen. */
export function shownComments({ task, review, comments }: Pick<State, "task" | "review" | "comments">): readonly Comment[] {
  const about = task?.kind === "review" ? task.answers[review.chosen]?.annotator : undefined;
  return about === undefined ? comments : comments.filter((one) => one.about === about);
}

/** How many open ones a region has. */
export function openAt(comments: readonly Comment[], region: string): number {
  return comments.reduce((n, one) => n + Number(one.region === region && !one.resolved), 0);
}

/** A task may be shown anew while the server answers, with what was kept of it. */
function isSame(now: Task | null, then: Task | null): boolean {
  return now?.assignment.id === then?.assignment.id && now?.annotation === then?.annotation;
}

export async function fetchComments(wb: Workbench): Promise<void> {
  const { task, review } = wb.state;
  const place = placesOf(task, review.chosen);
  if (!task || !place) return;
  const { data } = await wb.api.call<{ readonly results: readonly Comment[] }>("GET", place.read);
  if (isSame(wb.state.task, task)) wb.store.set({ comments: data.results });
}

/** Names of those who may see what is said here, for calling them: nobody else is ever among them. */
export async function fetchReaders(wb: Workbench): Promise<readonly string[]> {
  const place = placesOf(wb.state.task, wb.state.review.chosen)?.write;
  if (!place) return [];
  const { data } = await wb.api.call<{ readonly results: readonly string[] }>("GET", place.replace(/comments$/, "readers"));
  return data.results;
}

/** Says something; throws where it did not reach the server. */
export async function say(wb: Workbench, text: string, region: string, key: string): Promise<void> {
  const { task, review } = wb.state;
  const place = placesOf(task, review.chosen)?.write;
  if (!place) return;
  const { data } = await wb.api.call<Comment>("POST", place, { body: { text, region }, headers: { "Idempotency-Key": key } });
  if (isSame(wb.state.task, task)) wb.store.set({ comments: [...wb.state.comments, data] });
}

export async function resolve(wb: Workbench, comment: Comment, resolved: boolean): Promise<void> {
  const { data } = await wb.api.call<Comment>("PATCH", `comments/${comment.id}`, { body: { resolved } });
  wb.store.set({ comments: wb.state.comments.map((one) => (one.id === data.id ? data : one)) });
}
