// Another head on the stage: a GLB or VRM of the user's own, read in the browser and sent nowhere.

import { element } from "./page.js";

const TOLD = 6;

export class Avatar {
    #stage;

    constructor(stage) {
        this.#stage = stage;
        element("load").onclick = () => element("avatar").click();
        element("avatar").onchange = ({ target }) => {
            const [file] = target.files;
            target.value = "";
            if (file) this.load(file);
        };
        element("own").onclick = () => this.useBuiltIn();
    }

    /** Show a GLB or VRM file, and say what of it moves. */
    async load(file) {
        try {
            const { matched, missing } = await this.#stage.loadAvatar(await file.arrayBuffer(), file.name);
            if (!matched.length) {
                this.#tell("error", `${file.name} has no ARKit blend shapes (JawOpen, …), so its face cannot move.`);
            } else {
                const few = missing.slice(0, TOLD).join(", ") + (missing.length > TOLD ? ", …" : "");
                const rest = missing.length ? ` It lacks ${missing.length}: ${few}.` : "";
                this.#tell("", `${file.name}: ${matched.length} shapes and bones move.${rest}`);
            }
            element("own").disabled = false;
        } catch (error) {
            this.#tell("error", `${file.name} cannot be shown: ${error.message}`);
        }
    }

    async useBuiltIn() {
        element("own").disabled = true;
        try {
            await this.#stage.useBuiltIn();
        } catch (error) {
            this.#tell("error", `The built-in head cannot be shown: ${error.message}`);
            return;
        }
        this.#tell("", "Any head with ARKit blend shapes. It stays on this machine.");
    }

    #tell(level, text) {
        element("avatar-answer").className = `hint ${level}`;
        element("avatar-answer").textContent = text;
    }
}
