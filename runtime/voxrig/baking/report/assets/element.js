// Elements made of plain values. Text only ever becomes text: nothing here reads HTML.

const SVG = "http://www.w3.org/2000/svg";

const byId = (id) => document.getElementById(id);

function fill(node, attributes, children) {
    for (const [name, value] of Object.entries(attributes)) {
        if (value === undefined || value === null || value === false) continue;
        if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
        else node.setAttribute(name, value === true ? "" : value);
    }
    node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== ""));
    return node;
}

const make = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children);

const draw = (tag, attributes = {}, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

// A path of this machine, relative to the page or absolute, as an address; a colon never makes it a scheme.
function address(path) {
    const parts = path.replaceAll("\\", "/").split("/");
    const drive = /^[A-Za-z]:$/.test(parts[0]) ? `file:///${parts.shift()}/` : "";
    return drive + parts.map(encodeURIComponent).join("/");
}
