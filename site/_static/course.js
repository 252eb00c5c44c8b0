// What is wider than its place can be scrolled by keyboard, too.
function letKeysScroll() {
    for (const box of document.querySelectorAll("pre, .table-wrapper, .output.text_html")) {
        if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
        else box.removeAttribute("tabindex");
    }
}
addEventListener("load", letKeysScroll);
addEventListener("resize", letKeysScroll);
