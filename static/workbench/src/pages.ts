/** The script of every page but the workbench. Without it the pages still work. */

import { startHtmx } from "./pages/htmx";
import { listen, wake } from "./pages/parts";
import { wakeZones } from "./pages/upload/zone";

startHtmx();
listen();
wake(document);
wakeZones(document);
