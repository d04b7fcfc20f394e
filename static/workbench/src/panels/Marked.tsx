/** What belongs to drawn regions: their list and the numbers of the selected one. */

import type { VNode } from "preact";

import { Details } from "./Details";
import { Regions } from "./Regions";

export default function Marked(): VNode {
  return <><Regions /><Details /></>;
}
