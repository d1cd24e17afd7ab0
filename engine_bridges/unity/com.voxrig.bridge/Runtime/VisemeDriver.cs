using System.Collections.Generic;
using UnityEngine;
using Voxrig.Core;

namespace Voxrig.Bridge
{
    /// <summary>
    /// For avatars that have no ARKit shapes but "viseme_..." ones, such as Ready Player Me's: fades from one to the
    /// next.
    /// </summary>
    [AddComponentMenu("Voxrig/Viseme Driver")]
    [DefaultExecutionOrder(100)]
    public sealed class VisemeDriver : MonoBehaviour
    {
        [Tooltip("Empty: the one here or above.")]
        [SerializeField] private VoxrigCharacter character;

        [Tooltip("Seconds of the fade.")]
        [Range(0.01f, 0.3f)]
        [SerializeField] private float fadeSeconds = 0.06f;

        private readonly List<Entry> entries = new List<Entry>();
        private readonly float[] weights = new float[ShapeMatch.Visemes.Length];
        private int shown = -1;
        private float target;

        private struct Entry
        {
            public SkinnedMeshRenderer Renderer;
            public int Shape;
            public int Viseme;
            public float Full;
        }

        private void OnEnable()
        {
            if (character == null)
                character = GetComponentInParent<VoxrigCharacter>();
            entries.Clear();
            foreach (var skin in GetComponentsInChildren<SkinnedMeshRenderer>(true))
            {
                var mesh = skin.sharedMesh;
                if (mesh == null)
                    continue;
                var places = ShapeMatch.FindVisemes(BlendShapeDriver.Names(mesh));
                for (var v = 0; v < places.Length; v++)
                    if (places[v] >= 0)
                        entries.Add(new Entry { Renderer = skin, Shape = places[v], Viseme = v,
                            Full = BlendShapeDriver.Full(mesh, places[v]) });
            }
            if (character != null)
                character.OnViseme.AddListener(Show);
        }

        private void OnDisable()
        {
            if (character != null)
                character.OnViseme.RemoveListener(Show);
        }

        private void Show(string viseme, float strength)
        {
            shown = System.Array.IndexOf(ShapeMatch.Visemes, viseme);
            target = strength;
        }

        private void LateUpdate()
        {
            var step = Time.deltaTime / fadeSeconds;
            for (var v = 0; v < weights.Length; v++)
                weights[v] = Mathf.MoveTowards(weights[v], v == shown ? target : 0f, step);
            for (var i = 0; i < entries.Count; i++)
                if (entries[i].Renderer != null)
                    entries[i].Renderer.SetBlendShapeWeight(entries[i].Shape,
                        weights[entries[i].Viseme] * entries[i].Full);
        }
    }
}
