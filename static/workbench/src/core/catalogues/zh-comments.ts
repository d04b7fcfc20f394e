/** Simplified Chinese, for what is said about answers. */

import type { enComments } from "../en-comments";
import type { Sentences } from "../message";

export const zhComments: Sentences<typeof enComments> = {
  "comments": "评论",
  "comments.me": "您",
  "comments.settled": "已解决：{n}",
  "comments.settle": "标为已解决",
  "comments.reopen": "重新打开",
  "comments.gone": "区域已移除",
  "comments.answer": "答案",
  "comments.say": "发表评论",
  "comments.said": "您的评论已发送。",
  "comments.failed": "未能送达服务器，请重试。",
  "comments.about.all": "评论此答案",
  "comments.about.region": "评论 {name}",
  "comments.open": "未解决的评论：{n}",
  "key.comment.write": "评论答案或选中的区域",
  "told.some": "关于您答案的 {n} 条未读通知",
  "told.title": "关于您的答案",
  "told.none": "没有未读通知。",
  "told.all": "全部通知",
};
