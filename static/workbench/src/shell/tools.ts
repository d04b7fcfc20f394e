/** The tools by data type; each is fetched once, when its first item comes. */

import type { Tool } from "../core/tool";
import type { DataType } from "../core/types";
import { fetched } from "./fetched";

const loaded = new Map<DataType, Tool>();

/** The tool if it is here already. */
export function toolAtHand(dataType: DataType): Tool | null {
  return loaded.get(dataType) ?? null;
}

export async function loadTool(dataType: DataType): Promise<Tool> {
  const known = loaded.get(dataType);
  if (known) return known;
  const tool = await fetchTool(dataType);
  loaded.set(dataType, tool);
  return tool;
}

async function fetchTool(dataType: DataType): Promise<Tool> {
  if (dataType === "image") return (await fetched(() => import("../tools/image"))).imageTool;
  if (dataType === "audio") return (await fetched(() => import("../tools/audio"))).audioTool;
  if (dataType === "video") return (await fetched(() => import("../tools/video"))).videoTool;
  if (dataType === "series") return (await fetched(() => import("../tools/series"))).seriesTool;
  if (dataType === "conversation") return (await fetched(() => import("../tools/conversation"))).conversationTool;
  if (dataType === "text") return (await fetched(() => import("../tools/text"))).textTool;
  return (await fetched(() => import("../tools/table"))).tableTool;
}
