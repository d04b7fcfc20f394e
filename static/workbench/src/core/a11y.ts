/** One polite voice. Two sentences within a moment are spoken as one, so that neither is lost. */

export type Announce = (sentence: string) => void;

const GATHER_MS = 120;

export function createAnnouncer(region: HTMLElement): Announce {
  let waiting: string[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (sentence) => {
    if (!sentence) return;
    waiting.push(sentence);
    clearTimeout(timer);
    timer = setTimeout(() => {
      region.textContent = waiting.join(" ");
      waiting = [];
    }, GATHER_MS);
  };
}
