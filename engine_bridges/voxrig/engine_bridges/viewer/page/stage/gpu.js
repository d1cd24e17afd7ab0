// What draws here: a graphics card, or the processor in its place (virtual machines, remote desktops, headless ones).

const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i;

// Throws where the browser has no WebGL 2 at all.
export function drawsInSoftware() {
    const gl = document.createElement("canvas").getContext("webgl2");
    if (!gl) throw new Error("WebGL 2 is off in this browser: turn hardware acceleration on in its settings");
    const told = gl.getExtension("WEBGL_debug_renderer_info");
    const name = String(gl.getParameter(told ? told.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
    gl.getExtension("WEBGL_lose_context")?.loseContext();
    return SOFTWARE.test(name);
}
