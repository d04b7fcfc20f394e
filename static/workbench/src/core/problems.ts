/** Problems as sentences. */

import { isMessageKey, t } from "./i18n";
import type { Problem } from "./schema";

export function problemText(problem: Problem): string {
  if (problem.detail) return problem.detail;
  const key = `problem.${problem.code}`;
  return isMessageKey(key) ? t(key, problem.values) : problem.code;
}
