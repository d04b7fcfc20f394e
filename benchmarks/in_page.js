// Runs in the workbench's page: from the press of Enter to the frame that shows the next task.
(() => {
  const found = { steps: [], long: [] };
  window.benchmark = found;
  const shown = () => {
    const stage = document.querySelector("[data-stage]");
    return {
      title: document.querySelector("h1")?.textContent ?? "",
      // What stands on a picture's stage is about how it is seen: its title tells that it is another one.
      text: stage?.matches(".picture") ? "" : stage?.textContent ?? "",
      isThere: stage !== null && !stage.hasAttribute("data-state"),
    };
  };
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) found.long.push([startTime, startTime + duration]);
  }).observe({ type: "longtask", buffered: true });
  addEventListener("keydown", ({ key, timeStamp }) => {
    if (key !== "Enter") return;
    const before = shown();
    const isNext = (now) => now.isThere && /^Task /.test(now.title) && now.title !== before.title
      && (now.text === "" || now.text !== before.text);
    const observer = new MutationObserver(() => {
      if (!isNext(shown())) return;
      observer.disconnect();
      requestAnimationFrame(() => {
        // The frame is drawn after its callbacks and before this message arrives.
        const channel = new MessageChannel();
        channel.port1.onmessage = () => found.steps.push([timeStamp, performance.now()]);
        channel.port2.postMessage(null);
      });
    });
    observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
  }, true);
})();
