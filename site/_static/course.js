// What is wider than its place can be scrolled by keyboard, too.
function letKeysScroll() {
    for (const box of document.querySelectorAll("pre, .table-wrapper, .output.text_html")) {
        if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
        else box.removeAttribute("tabindex");
    }
}
addEventListener("load", letKeysScroll);
addEventListener("resize", letKeysScroll);

// The recorded runs follow the theme as they do in JupyterLab, which names it in this attribute.
function nameTheme() {
    const theme = document.body.dataset.theme;
    if (theme === "light" || theme === "dark") document.body.dataset.jpThemeLight = String(theme === "light");
    else delete document.body.dataset.jpThemeLight;
}
addEventListener("load", () => {
    nameTheme();
    new MutationObserver(nameTheme).observe(document.body, { attributes: true, attributeFilter: ["data-theme"] });
});
