// How the built-in head takes light: it spreads in skin, teeth and hair without glare, and eyes shine.
// On a graphics card that is worked out for each pixel, in software for each vertex, of which there are fewer.

import * as THREE from "three";

// By the materials' names in head.glb: how rough, how far light reaches into shadow, how strong highlights are.
const LOOKS = {
    Skin: { roughness: 0.5, spread: [0.42, 0.22, 0.16], shine: 0.8 },
    Eye: { roughness: 0.13, spread: [0.6, 0.55, 0.5], shine: 1.6 },
    Mouth: { roughness: 0.28, spread: [0.35, 0.25, 0.22], shine: 1.0 },
    Hair: { roughness: 0.5, spread: [0.25, 0.25, 0.25], shine: 0.7 },
    Cloth: { roughness: 0.95, spread: [0.25, 0.25, 0.25], shine: 0.3 },
};

// The upper lid keeps light from the upper part of the eyeball.
const UNDER_LID = "smoothstep( 0.12, 0.62, normal.y )";

// Dress a mesh of the built-in head by its material's name.
export function dress(mesh, software) {
    const { name } = mesh.material;
    if (!LOOKS[name]) return;
    if (software) mesh.material = perVertex(name);
    else perPixel(mesh.material);
}

const vector = (v) => `vec3( ${v.map((x) => x.toFixed(3)).join(", ")} )`;

// Three's physical shader, with its direct light in our way.
function perPixel(material) {
    const { name } = material;
    const { roughness, spread, shine } = LOOKS[name];
    const irradiance = "vec3 irradiance = dotNL * directLight.color;";
    const specular = "reflectedLight.directSpecular += irradiance * BRDF";
    const eye = `
        scattered *= 1.0 - 0.62 * ${UNDER_LID.replace("normal", "geometryNormal")};
        vec3 between = normalize( directLight.direction + geometryViewDir );
        float window = smoothstep( 0.988, 0.995, dot( geometryNormal, between ) );
        float strong = 0.18 * directLight.color.g * step( 0.0, facing );
        reflectedLight.directSpecular += strong * window * directLight.color;`;
    const ours = `${irradiance}
        vec3 spread = ${vector(spread)};
        float facing = dot( geometryNormal, directLight.direction );
        vec3 wrapped = clamp( ( vec3( facing ) + spread ) / ( 1.0 + spread ), 0.0, 1.0 );
        vec3 scattered = wrapped * wrapped * ( 1.0 + 0.15 * spread ) * directLight.color;
        float bright = smoothstep( 0.02, 0.25, max3( material.diffuseContribution ) ) * ${shine.toFixed(3)};
        ${name === "Eye" ? eye : ""}`;
    const chunk = THREE.ShaderChunk.lights_physical_pars_fragment
        .replace(irradiance, ours)
        .replace(specular, "reflectedLight.directSpecular += bright * irradiance * BRDF")
        .replace("directDiffuse += irradiance *", "directDiffuse += scattered *");
    material.roughness = roughness;
    material.onBeforeCompile = (shader) => {
        shader.fragmentShader = shader.fragmentShader.replace("#include <lights_physical_pars_fragment>", chunk);
    };
    material.customProgramCacheKey = () => `voxrig ${name}`;
}

const VERTEX = `
    #include <common>
    #include <color_pars_vertex>
    #include <skinning_pars_vertex>
    #include <lights_pars_begin>
    varying vec3 vShown;
    varying vec3 vNormal;
    varying vec3 vToEye;

    // Khronos' neutral tone mapping, as three has it for pixels, and sRGB.
    vec3 shown( vec3 light ) {
        float low = min( light.r, min( light.g, light.b ) );
        light -= low < 0.08 ? low - 6.25 * low * low : 0.04;
        float peak = max( light.r, max( light.g, light.b ) );
        if ( peak > 0.76 ) {
            float squeezed = 1.0 - 0.0576 / ( peak - 0.52 );
            light = mix( light * squeezed / peak, vec3( squeezed ), 1.0 - 1.0 / ( 0.15 * ( peak - squeezed ) + 1.0 ) );
        }
        vec3 curved = 1.055 * pow( max( light, 0.0 ), vec3( 0.41666 ) ) - 0.055;
        return mix( curved, light * 12.92, vec3( lessThan( light, vec3( 0.0031308 ) ) ) );
    }

    void main() {
        #include <beginnormal_vertex>
        #include <skinbase_vertex>
        #include <skinnormal_vertex>
        #include <defaultnormal_vertex>
        #include <begin_vertex>
        #include <skinning_vertex>
        #include <project_vertex>
        vec3 normal = normalize( transformedNormal );
        vec3 toEye = normalize( - mvPosition.xyz );
        vec3 albedo = color.rgb;
        float bright = smoothstep( 0.02, 0.25, max( albedo.r, max( albedo.g, albedo.b ) ) ) * SHINE;
        vec3 diffuse = vec3( 0.0 );
        vec3 glint = vec3( 0.0 );
        for ( int i = 0; i < NUM_DIR_LIGHTS; i ++ ) {
            DirectionalLight lamp = directionalLights[ i ];
            vec3 wrapped = clamp( ( vec3( dot( normal, lamp.direction ) ) + SPREAD ) / ( 1.0 + SPREAD ), 0.0, 1.0 );
            diffuse += wrapped * wrapped * ( 1.0 + 0.15 * SPREAD ) * lamp.color;
            float facing = max( dot( normal, lamp.direction ), 0.0 );
            glint += facing * pow( max( dot( normal, normalize( lamp.direction + toEye ) ), 0.0 ), POWER ) * lamp.color;
        }
        #ifdef EYE
            diffuse *= 1.0 - 0.62 * ${UNDER_LID};
        #endif
        #if NUM_HEMI_LIGHTS > 0
            diffuse += getHemisphereLightIrradiance( hemisphereLights[ 0 ], normal );
        #endif
        vShown = shown( RECIPROCAL_PI * albedo * diffuse + bright * GLINT * glint );
        vNormal = normal;
        vToEye = toEye;
    }`;

const FRAGMENT = `
    varying vec3 vShown;
    varying vec3 vNormal;
    varying vec3 vToEye;
    #ifdef EYE
        #include <common>
        #include <lights_pars_begin>
    #endif

    void main() {
        vec3 light = vShown;
        #ifdef EYE
            vec3 between = normalize( directionalLights[ 0 ].direction + normalize( vToEye ) );
            light += smoothstep( 0.988, 0.995, dot( normalize( vNormal ), between ) );
        #endif
        gl_FragColor = vec4( light, 1.0 );
    }`;

function perVertex(name) {
    const { roughness, spread, shine } = LOOKS[name];
    const power = 2 / roughness ** 4 - 2;
    return new THREE.ShaderMaterial({
        name,
        uniforms: THREE.UniformsUtils.clone(THREE.UniformsLib.lights),
        defines: {
            SPREAD: vector(spread),
            SHINE: shine.toFixed(3),
            POWER: power.toFixed(3),
            GLINT: (name === "Eye" ? 0 : (0.04 * (power + 8)) / (8 * Math.PI)).toFixed(5),
            ...(name === "Eye" ? { EYE: 1 } : {}),
        },
        vertexShader: VERTEX,
        fragmentShader: FRAGMENT,
        lights: true,
        vertexColors: true,
        toneMapped: false,
    });
}
