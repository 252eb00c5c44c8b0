// What a screen reader needs and the controls of ipywidgets lack: names for the handles of sliders, which button of a
// row is pressed, a way by keyboard into what scrolls, and a live region that stays while what is said changes.

const PAUSE = 1000; // milliseconds between two announcements

function improve(panel) {
  for (const slider of panel.querySelectorAll(".widget-slider")) {
    const name = slider.querySelector(".widget-label")?.textContent;
    for (const handle of slider.querySelectorAll(".noUi-handle")) handle.setAttribute("aria-label", name);
  }
  for (const row of panel.querySelectorAll(".widget-toggle-buttons")) {
    row.setAttribute("role", "group");
    row.setAttribute("aria-label", row.querySelector(".widget-label")?.textContent);
    for (const button of row.querySelectorAll("button"))
      button.setAttribute("aria-pressed", button.classList.contains("mod-active"));
  }
  for (const text of panel.querySelectorAll("pre, .course-picture"))
    if (text.scrollWidth > text.clientWidth) text.tabIndex = 0;
    else text.removeAttribute("tabindex");
}

function render({ el }) {
  const region = document.createElement("div");
  region.setAttribute("role", "status");
  region.style.cssText = "position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%)";
  el.append(region);
  let waits = false, asked = false;
  const ask = () => {
    if (!asked) requestAnimationFrame(look);
    asked = true;
  };
  const observer = new MutationObserver(ask), resized = new ResizeObserver(ask);
  const announce = () => {
    const panel = el.closest(".course-explorer");
    const said = [...(panel?.querySelectorAll(".course-said") ?? [])].map((node) => node.textContent).join(" ");
    waits = said !== region.textContent;
    if (!waits) return;
    region.textContent = said;
    setTimeout(announce, PAUSE);
  };
  function look() {
    const panel = el.closest(".course-explorer");
    asked = false;
    if (!panel) return;
    observer.disconnect(); // not to be told of what is done here
    improve(panel);
    if (!waits) announce();
    observer.observe(panel, { childList: true, subtree: true, characterData: true, attributeFilter: ["class"] });
  }
  const placed = setInterval(() => {
    if (!el.isConnected) return; // the page puts it into its place later
    clearInterval(placed);
    look();
    resized.observe(el.closest(".course-explorer") ?? el);
  }, 50);
  return () => (clearInterval(placed), observer.disconnect(), resized.disconnect());
}

export default { render };
