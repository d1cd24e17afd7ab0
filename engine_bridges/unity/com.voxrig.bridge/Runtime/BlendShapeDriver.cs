using System.Collections.Generic;
using UnityEngine;
using Voxrig.Core;

namespace Voxrig.Bridge
{
    /// <summary>
    /// Moves the blend shapes of a character's meshes, found by ARKit's 52 names however they are spelt.
    /// </summary>
    [AddComponentMenu("Voxrig/Blend Shape Driver")]
    [DefaultExecutionOrder(100)]
    public sealed class BlendShapeDriver : MonoBehaviour
    {
        [Tooltip("Empty: the one here or above.")]
        [SerializeField] private VoxrigCharacter character;

        [Tooltip("Empty: all below here.")]
        [SerializeField] private SkinnedMeshRenderer[] renderers = new SkinnedMeshRenderer[0];

        [Tooltip("Off where eyes are turned by bones: the shapes EyeLook... would turn them twice.")]
        [SerializeField] private bool eyesByShapes = true;

        [Tooltip("Factor of all shapes.")]
        [Range(0f, 2f)]
        [SerializeField] private float strength = 1f;

        private readonly List<Entry> entries = new List<Entry>();

        /// <summary>Whether shapes turn the eyes.</summary>
        public bool EyesByShapes { get { return eyesByShapes; } set { eyesByShapes = value; } }

        private struct Entry
        {
            public SkinnedMeshRenderer Renderer;
            public int Shape;
            public int Control;
            public float Full; // the weight at which the shape is whole: 100 in most files
        }

        /// <summary>Looks for the meshes' shapes anew: after a change of clothes, for instance.</summary>
        public void Rebind()
        {
            entries.Clear();
            foreach (var skin in Renderers())
            {
                var mesh = skin.sharedMesh;
                if (mesh == null)
                    continue;
                var places = ShapeMatch.Find(ArkitNames.All, Names(mesh));
                for (var control = 0; control < ArkitNames.Shapes; control++)
                    if (places[control] >= 0)
                        entries.Add(new Entry { Renderer = skin, Shape = places[control], Control = control,
                            Full = Full(mesh, places[control]) });
            }
        }

        /// <summary>The meshes that are looked at.</summary>
        public SkinnedMeshRenderer[] Renderers()
        {
            return renderers.Length > 0 ? renderers : GetComponentsInChildren<SkinnedMeshRenderer>(true);
        }

        /// <summary>The names of a mesh's shapes.</summary>
        public static string[] Names(Mesh mesh)
        {
            var names = new string[mesh.blendShapeCount];
            for (var i = 0; i < names.Length; i++)
                names[i] = mesh.GetBlendShapeName(i);
            return names;
        }

        /// <summary>The weight at which a shape is whole.</summary>
        public static float Full(Mesh mesh, int shape)
        {
            return mesh.GetBlendShapeFrameWeight(shape, mesh.GetBlendShapeFrameCount(shape) - 1);
        }

        private void OnEnable()
        {
            if (character == null)
                character = GetComponentInParent<VoxrigCharacter>();
            Rebind();
            if (entries.Count == 0)
                Debug.LogWarning("Voxrig: no mesh below " + name
                    + " has blend shapes with ARKit's names; Window > Voxrig lists them", this);
        }

        private void LateUpdate()
        {
            var pose = character == null ? null : character.Pose;
            if (pose == null)
                return;
            for (var i = 0; i < entries.Count; i++)
            {
                var entry = entries[i];
                if (entry.Renderer == null || !eyesByShapes && ArkitNames.IsEyeLook(entry.Control))
                    continue;
                entry.Renderer.SetBlendShapeWeight(entry.Shape, strength * pose[entry.Control] * entry.Full);
            }
        }
    }
}
