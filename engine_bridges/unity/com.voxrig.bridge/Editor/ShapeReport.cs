using System.Collections.Generic;
using System.Text;
using UnityEngine;
using Voxrig.Bridge;
using Voxrig.Core;

namespace Voxrig.BridgeEditor
{
    /// <summary>Which of ARKit's 52 shapes a character's meshes have, in words.</summary>
    public static class ShapeReport
    {
        /// <summary>One part a mesh, then what no mesh has.</summary>
        public static string Of(GameObject character)
        {
            var text = new StringBuilder();
            var missing = new HashSet<string>(ArkitNames.All);
            missing.RemoveWhere(name => System.Array.IndexOf(ArkitNames.All, name) >= ArkitNames.Shapes);
            foreach (var skin in character.GetComponentsInChildren<SkinnedMeshRenderer>(true))
            {
                if (skin.sharedMesh == null || skin.sharedMesh.blendShapeCount == 0)
                    continue;
                var names = BlendShapeDriver.Names(skin.sharedMesh);
                var places = ShapeMatch.Find(ArkitNames.All, names);
                var used = new HashSet<int>();
                text.Append(skin.name).Append(":\n");
                for (var control = 0; control < ArkitNames.Shapes; control++)
                {
                    if (places[control] < 0)
                        continue;
                    used.Add(places[control]);
                    missing.Remove(ArkitNames.All[control]);
                    text.Append("  " + ArkitNames.All[control] + "  " + names[places[control]] + "\n");
                }
                for (var shape = 0; shape < names.Length; shape++)
                    if (!used.Contains(shape))
                        text.Append("  (not driven)  ").Append(names[shape]).Append('\n');
            }
            if (text.Length == 0)
                return "no mesh below " + character.name + " has blend shapes";
            return text.Append("missing: ").Append(missing.Count == 0 ? "none"
                : string.Join(", ", new List<string>(missing).ToArray())).ToString();
        }
    }
}
