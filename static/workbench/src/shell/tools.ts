/** The tools by data type; each is fetched once, when its first item comes. */

import type { Tool } from "../core/tool";
import type { DataType } from "../core/types";

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
  if (dataType === "image") return (await import("../tools/image")).imageTool;
  if (dataType === "audio") return (await import("../tools/audio")).audioTool;
  if (dataType === "video") return (await import("../tools/video")).videoTool;
  if (dataType === "series") return (await import("../tools/series")).seriesTool;
  if (dataType === "conversation") return (await import("../tools/conversation")).conversationTool;
  if (dataType === "text") return (await import("../tools/text")).textTool;
  return (await import("../tools/table")).tableTool;
}
