/** Arabic, for what is said about answers. */

import type { enComments } from "../en-comments";
import type { Sentences } from "../message";

export const arComments: Sentences<typeof enComments> = {
  "comments": "تعليقات",
  "comments.me": "أنت",
  "comments.settled": "مُسوّاة: {n}",
  "comments.settle": "تسوية",
  "comments.reopen": "إعادة الفتح",
  "comments.gone": "أزيلت المنطقة",
  "comments.answer": "الإجابة",
  "comments.say": "تعليق",
  "comments.said": "أُرسل تعليقك.",
  "comments.failed": "لم يصل إلى الخادم. حاول مرة أخرى.",
  "comments.about.all": "التعليق على هذه الإجابة",
  "comments.about.region": "التعليق على {name}",
  "comments.open": "تعليقات مفتوحة: {n}",
  "key.comment.write": "التعليق على الإجابة أو المنطقة المحددة",
  "told.some": { zero: "لا إشعارات غير مقروءة عن إجاباتك", one: "إشعار واحد غير مقروء عن إجاباتك", two: "إشعاران غير مقروءين عن إجاباتك", few: "{n} إشعارات غير مقروءة عن إجاباتك", many: "{n} إشعارًا غير مقروء عن إجاباتك", other: "{n} إشعار غير مقروء عن إجاباتك" },
  "told.title": "عن إجاباتك",
  "told.none": "لا شيء غير مقروء.",
  "told.all": "كل الإشعارات",
};
