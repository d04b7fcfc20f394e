/** Winnow's line icons, drawn on 24 × 24. */

import type { VNode } from "preact";

const PATHS = {
  undo: ["M8.5 5 4.5 9l4 4", "M5 9h9a5 5 0 0 1 0 10H9"],
  redo: ["m15.5 5 4 4-4 4", "M19 9h-9a5 5 0 0 0 0 10h5"],
  help: ["M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17", "M9.5 9.6a2.6 2.6 0 1 1 3.6 2.4c-.8.4-1.1.9-1.1 1.8M12 16.6v.1"],
  select: ["m6 4 12.5 7-5.6 1.7L10 18.5Z"],
  box: ["M5 6.5h14v11H5Z"],
  rotated_box: ["M12 3.5 20.5 12 12 20.5 3.5 12Z"],
  polygon: ["M5 8 13 4l6.5 6-3.5 9.5-9.5-1.500Z"],
  polyline: ["m4 18 5-9 5 5 6-9"],
  ellipse: ["M12 6.500c4.7 0 8.5 2.5 8.5 5.500s-3.8 5.5-8.5 5.500S3.5 15 3.5 12 7.3 6.5 12 6.500Z"],
  point: ["M12 9.500a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5M12 3.500v3M12 17.500v3M3.5 12h3M17.5 12h3"],
  skeleton: ["M12 3.500a2 2 0 1 1 0 4 2 2 0 0 1 0-4M12 7.500v6M6.5 10h11M12 13.5 8 20M12 13.500l4 6.5"],
  brush: ["M19.5 4.5 11 13M9.5 12.500a3 3 0 0 1 2 2c.5 3-2.5 5-7 4.5 1.5-1 1.5-2 1.7-3.500a3.3 3.3 0 0 1 3.3-3Z"],
  eraser: ["m9 19-4.5-4.500L14 5l5.5 5.5-8.5 8.500ZM9.5 9.500l5.5 5.500M9 19h11"],
  turn: ["M19.5 5v5h-5", "M19 10a7.5 7.5 0 1 0 .4 4.500"],
  looks: ["M12 3.500a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17M12 3.500v17M12 8h6.500M12 12h8.500M12 16h6.5"],
  mark: ["M5 5v14M19 5v14M8.5 12h7"],
  relate: ["M9 7H7a5 5 0 0 0 0 10h2M15 7h2a5 5 0 0 1 0 10h-2M8.5 12h7"],
  link: ["M9 7H7a5 5 0 0 0 0 10h2M15 7h2a5 5 0 0 1 0 10h-2M8.5 12h7"],
  search: ["M10.5 4.5a6 6 0 1 1 0 12 6 6 0 0 1 0-12M15 15l5 5M8 10.5h5"],
  wand: ["m5 19 9.5-9.5M14 4v3M19 9h-3M18.5 4.5l-2 2M19 14l-1.5-1"],
  hide: [
    "M4 4l16.5 16.5M9.5 6.2A9.4 9.4 0 0 1 12 5.8c6 0 9.5 6.2 9.5 6.2a17 17 0 0 1-3 3.7",
    "M6 7.8A16.5 16.5 0 0 0 2.5 12S6 18.2 12 18.2a9 9 0 0 0 4-.9",
  ],
  pan: ["M8 12V6.5a1.5 1.5 0 0 1 3 0V11m0-5.5a1.5 1.5 0 0 1 3 0V11m0-4a1.5 1.5 0 0 1 3 0v7.5a6 6 0 0 1-6 6c-2.6 0-3.9-1.2-5.2-3.4L4 13.8c.8-1.2 2.2-1.2 3 0l1 1.4"],
  wave: ["M3 12h2M7 8v8M11 4v16M15 7v10M19 10v4"],
  fit: ["M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5"],
  words: ["M4 6v12M20 6v12M8 12h8M8 12l2-2M8 12l2 2M16 12l-2-2M16 12l-2 2"],
  sent: ["M7 18.5a4 4 0 0 1-.6-7.95 5.5 5.5 0 0 1 10.7-.9A4.5 4.5 0 0 1 17 18.5Z"],
  kept: ["M7 18.5a4 4 0 0 1-.6-7.95M9.5 6.7a5.5 5.5 0 0 1 7.6 2.95 4.5 4.5 0 0 1 2.7 7M16 18.5H7M4 3.5l16.5 17"],
  clock: ["M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17", "M12 7.5V12l3 2"],
  warn: ["M12 4 2.8 19.5h18.4Z", "M12 10v4.5M12 17v.1"],
  lock: ["M6 11h12v9H6Z", "M8.5 11V8a3.5 3.5 0 0 1 7 0v3"],
  close: ["m6 6 12 12M18 6 6 18"],
  check: ["m5 12.5 4.5 4.5L19 7.5"],
  bin: ["M5 7h14M10 7V4.5h4V7M7 7l.8 12.5h8.4L17 7"],
  down: ["m7 10 5 5 5-5"],
  menu: ["M4 6h16M4 12h16M4 18h16"],
  past: ["M5 12a7 7 0 1 0 2.2-5.1L5 9", "M5 4.5V9h4.5M12 8.5V12l2.5 1.5"],
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, big = false }: { name: IconName; big?: boolean }): VNode {
  return (
    <svg class={big ? "icon big" : "icon"} viewBox="0 0 24 24" aria-hidden="true">
      {PATHS[name].map((path) => <path key={path} d={path} />)}
    </svg>
  );
}

/** The winnowing basket. */
export function Brand(): VNode {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true">
      <path d="M2.5 11.5h19c-.6 5-4.5 8.5-9.5 8.5s-8.9-3.5-9.5-8.5Z" />
      <circle class="grain" cx="8" cy="7" r="1.6" />
      <circle class="grain" cx="12.5" cy="4" r="1.6" />
      <circle class="grain" cx="16" cy="7.6" r="1.6" />
    </svg>
  );
}
