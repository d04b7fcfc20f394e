/** What belongs to drawn regions: their list, the numbers of the selected one, and the actions on them. */

import type { VNode } from "preact";

import { Details } from "./Details";
import { Regions } from "./Regions";

export { defineMarking as define } from "../core/actions/marking";

export default function Marked(): VNode {
  return <><Regions /><Details /></>;
}
