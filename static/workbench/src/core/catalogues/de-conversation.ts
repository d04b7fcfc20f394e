/** German, for conversations and preferences. */

import type { enConversation } from "../en-conversation";
import type { Sentences } from "../message";

export const deConversation: Sentences<typeof enConversation> = {
  "talk.candidate": "Antwort {letter}",
  "talk.preferred": "bevorzugt",
  "talk.words": { one: "{n} Wort", other: "{n} Wörter" },
  "talk.turn": "Beitrag {n}, {role}",
  "talk.turns": "Gespräch",
  "talk.tie": "Gleich gut",
  "talk.bothBad": "Beide schlecht",
  "talk.better": "{letter} ist besser",
  "talk.byChance": "Reihenfolge der Antworten ausgelost",
  "talk.needsPair": "Hier gibt es keine zwei Antworten zum Vergleichen. Überspringen Sie diese Aufgabe.",
  "talk.best": "beste",
  "talk.rank": "Platz {n}",
  "talk.notRanked": "noch ohne Platz",
  "talk.up": "Antwort {letter} nach oben",
  "talk.down": "Antwort {letter} nach unten",
  "talk.rankNext": "Antwort {letter} auf den nächsten Platz setzen",
  "talk.equal": "So gut wie die darüber",
  "talk.equal.of": "Antwort {letter} ist so gut wie die darüber",
  "talk.rankHint": "Ziffern drücken, die beste zuerst; = setzt gleich",
  "talk.startFrom": "Ausgehen von Antwort",
  "talk.aboutTurn": "zu Beitrag {n}",
  "talk.chooseTurn": "Wählen Sie mit ↑ und ↓ einen Beitrag.",
  "problem.ranking-open": "In „{question}“ haben noch nicht alle Antworten einen Platz.",
  "problem.turns-open": "„{question}“ wird zu jedem Beitrag gefragt; bei einigen fehlt die Antwort.",
  "key.talk.choose": "Die Antwort wählen oder auf den nächsten Platz setzen",
  "key.talk.equal": "So gut wie die davor",
  "key.talk.nextTurn": "Nächster Beitrag",
  "key.talk.previousTurn": "Voriger Beitrag",
  "announce.turn": "Beitrag {n} von {count}, {role}.",
  "announce.preferred": "{answer}.",
  "announce.ranking": "{order}.",
};
