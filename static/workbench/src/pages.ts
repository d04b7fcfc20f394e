/** The script of every page but the workbench. Without it the pages still work. */

import { startHtmx } from "./pages/htmx";
import { listen, wake } from "./pages/parts";
import { wakeZones } from "./pages/upload/zone";

startHtmx();
listen();
wake(document);
wakeZones(document);
const schemaForm = document.querySelector<HTMLFormElement>("form[data-schema-editor]");
if (schemaForm) void import("./pages/schema/editor").then(({ openEditor }) => openEditor(schemaForm));
