/** Arabic, for conversations and preferences. */

import type { enConversation } from "../en-conversation";
import type { Sentences } from "../message";

export const arConversation: Sentences<typeof enConversation> = {
  "talk.candidate": "الإجابة {letter}",
  "talk.preferred": "مفضّلة",
  "talk.words": { zero: "بلا كلمات", one: "كلمة واحدة", two: "كلمتان", few: "{n} كلمات", many: "{n} كلمة", other: "{n} كلمة" },
  "talk.turn": "المداخلة {n}، {role}",
  "talk.turns": "المحادثة",
  "talk.tie": "متساويتان",
  "talk.bothBad": "كلتاهما سيئة",
  "talk.better": "{letter} أفضل",
  "talk.byChance": "ترتيب الإجابات عشوائي",
  "talk.needsPair": "لا توجد هنا إجابتان للمقارنة. تخطَّ هذه المهمة.",
  "talk.best": "الأفضل",
  "talk.rank": "المرتبة {n}",
  "talk.notRanked": "بلا مرتبة بعد",
  "talk.up": "نقل الإجابة {letter} إلى أعلى",
  "talk.down": "نقل الإجابة {letter} إلى أسفل",
  "talk.rankNext": "وضع الإجابة {letter} في المرتبة التالية",
  "talk.equal": "مساوية لما فوقها",
  "talk.equal.of": "الإجابة {letter} مساوية لما فوقها",
  "talk.rankHint": "اضغط الأرقام، الأفضل أولًا؛ = للتساوي",
  "talk.startFrom": "البدء من الإجابة",
  "talk.aboutTurn": "عن المداخلة {n}",
  "talk.chooseTurn": "اختر مداخلة بالمفتاحين ↑ و↓.",
  "problem.ranking-open": "ما زالت في «{question}» إجابات بلا مرتبة.",
  "problem.turns-open": "يُطرح «{question}» عن كل مداخلة، وبعضها بلا إجابة.",
  "key.talk.choose": "اختيار الإجابة، أو وضعها في المرتبة التالية",
  "key.talk.equal": "مساوية لما قبلها",
  "key.talk.nextTurn": "المداخلة التالية",
  "key.talk.previousTurn": "المداخلة السابقة",
  "announce.turn": "المداخلة {n} من {count}، {role}.",
  "announce.preferred": "{answer}.",
  "announce.ranking": "{order}.",
};
