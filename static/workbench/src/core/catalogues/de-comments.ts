/** German, for what is said about answers. */

import type { enComments } from "../en-comments";
import type { Sentences } from "../message";

export const deComments: Sentences<typeof enComments> = {
  "comments": "Kommentare",
  "comments.me": "Sie",
  "comments.settled": "Erledigt: {n}",
  "comments.settle": "Erledigen",
  "comments.reopen": "Wieder öffnen",
  "comments.gone": "Region entfernt",
  "comments.answer": "die Antwort",
  "comments.say": "Kommentieren",
  "comments.said": "Ihr Kommentar ist gesendet.",
  "comments.failed": "Es hat den Server nicht erreicht. Versuchen Sie es noch einmal.",
  "comments.about.all": "Diese Antwort kommentieren",
  "comments.about.region": "{name} kommentieren",
  "comments.open": "Offene Kommentare: {n}",
  "key.comment.write": "Die Antwort oder die gewählte Region kommentieren",
  "told.some": { one: "{n} ungelesene Mitteilung zu Ihren Antworten", other: "{n} ungelesene Mitteilungen zu Ihren Antworten" },
  "told.title": "Zu Ihren Antworten",
  "told.none": "Nichts Ungelesenes.",
  "told.all": "Alle Mitteilungen",
};
