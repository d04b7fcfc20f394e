/** Chinese (simplified), for conversations and preferences. */

import type { enConversation } from "../en-conversation";
import type { Sentences } from "../message";

export const zhConversation: Sentences<typeof enConversation> = {
  "talk.candidate": "答案 {letter}",
  "talk.preferred": "首选",
  "talk.words": { other: "{n} 个词" },
  "talk.turn": "第 {n} 轮，{role}",
  "talk.turns": "对话",
  "talk.tie": "不分上下",
  "talk.bothBad": "都不好",
  "talk.better": "{letter} 更好",
  "talk.byChance": "答案顺序随机",
  "talk.needsPair": "这里没有可供比较的两个答案。请跳过此任务。",
  "talk.best": "最佳",
  "talk.rank": "第 {n} 名",
  "talk.notRanked": "尚未排名",
  "talk.up": "上移答案 {letter}",
  "talk.down": "下移答案 {letter}",
  "talk.rankNext": "将答案 {letter} 排在下一名",
  "talk.equal": "与上一个并列",
  "talk.equal.of": "答案 {letter} 与上一个并列",
  "talk.rankHint": "从最佳开始依次按数字；= 表示并列",
  "talk.startFrom": "以此答案为起点",
  "talk.aboutTurn": "关于第 {n} 轮",
  "talk.chooseTurn": "用 ↑ 和 ↓ 选择一轮。",
  "problem.ranking-open": "“{question}”中还有答案未排名。",
  "problem.turns-open": "“{question}”需对每一轮作答，仍有未答的轮次。",
  "key.talk.choose": "选择该答案，或将其排在下一名",
  "key.talk.equal": "与前一个并列",
  "key.talk.nextTurn": "下一轮",
  "key.talk.previousTurn": "上一轮",
  "announce.turn": "第 {n} 轮，共 {count} 轮，{role}。",
  "announce.preferred": "{answer}。",
  "announce.ranking": "{order}。",
};
