/** English, for what is said about answers. */

export const enComments = {
  "comments": "Comments",
  "comments.me": "You",
  "comments.settled": "Settled: {n}",
  "comments.settle": "Settle",
  "comments.reopen": "Open again",
  "comments.gone": "region removed",
  "comments.answer": "the answer",
  "comments.say": "Comment",
  "comments.said": "Your comment is sent.",
  "comments.failed": "It did not reach the server. Try again.",
  "comments.about.all": "Comment on this answer",
  "comments.about.region": "Comment on {name}",
  "comments.open": "Open comments: {n}",
  "key.comment.write": "Comment on the answer or the selected region",
  "told.some": { one: "{n} unread notification about your answers", other: "{n} unread notifications about your answers" },
  "told.title": "About your answers",
  "told.none": "Nothing unread.",
  "told.all": "All notifications",
};
