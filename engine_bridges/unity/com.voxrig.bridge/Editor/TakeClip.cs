using System.Collections.Generic;
using UnityEditor;
using UnityEngine;
using Voxrig.Bridge;
using Voxrig.Core;

namespace Voxrig.BridgeEditor
{
    /// <summary>
    /// Turns a baked take into an animation clip for one character: blend shapes, and bones where it is not Humanoid.
    /// </summary>
    public static class TakeClip
    {
        private static readonly string[] RotationCurves =
        {
            "m_LocalRotation.x", "m_LocalRotation.y", "m_LocalRotation.z", "m_LocalRotation.w"
        };

        /// <summary>
        /// Makes the clip; its curves are those of the take's columns for which the character has shapes or bones.
        /// </summary>
        public static AnimationClip Make(LiveLinkTake take, float framesPerSecond, GameObject character)
        {
            var clip = new AnimationClip { frameRate = framesPerSecond };
            foreach (var skin in character.GetComponentsInChildren<SkinnedMeshRenderer>(true))
                if (skin.sharedMesh != null)
                    AddShapes(clip, take, framesPerSecond, skin, character.transform);
            var animator = character.GetComponentInChildren<Animator>();
            AddBone(clip, take, framesPerSecond, FindBone(character, animator, HumanBodyBones.Head, "head"),
                character.transform, "Head");
            AddBone(clip, take, framesPerSecond, FindBone(character, animator, HumanBodyBones.LeftEye, "lefteye"),
                character.transform, "LeftEye");
            AddBone(clip, take, framesPerSecond, FindBone(character, animator, HumanBodyBones.RightEye, "righteye"),
                character.transform, "RightEye");
            clip.EnsureQuaternionContinuity();
            return clip;
        }

        private static void AddShapes(AnimationClip clip, LiveLinkTake take, float rate, SkinnedMeshRenderer skin,
            Transform root)
        {
            var mesh = skin.sharedMesh;
            var places = ShapeMatch.Find(ArkitNames.All, BlendShapeDriver.Names(mesh));
            var path = AnimationUtility.CalculateTransformPath(skin.transform, root);
            for (var control = 0; control < ArkitNames.Shapes; control++)
            {
                if (places[control] < 0 || !take.Has(ArkitNames.All[control]))
                    continue;
                var full = BlendShapeDriver.Full(mesh, places[control]);
                var values = new float[take.Count];
                for (var i = 0; i < values.Length; i++)
                    values[i] = full * take.Value(i, ArkitNames.All[control]);
                Set(clip, path, typeof(SkinnedMeshRenderer), "blendShape." + mesh.GetBlendShapeName(places[control]),
                    values, rate);
            }
        }

        private static void AddBone(AnimationClip clip, LiveLinkTake take, float rate, Transform bone, Transform root,
            string angles)
        {
            if (bone == null || !take.Has(angles + "Yaw"))
                return;
            var turned = new TurnedBone(bone, root);
            var rest = bone.localRotation;
            var curves = new float[4][];
            for (var k = 0; k < 4; k++)
                curves[k] = new float[take.Count];
            for (var i = 0; i < take.Count; i++)
            {
                float x, y, z, w;
                FaceAxes.FromAngles(take.Value(i, angles + "Yaw"), take.Value(i, angles + "Pitch"), take.Value(i,
                    angles + "Roll"),
                    out x, out y, out z, out w);
                var local = turned.Local(new Quaternion(x, y, z, w), rest);
                curves[0][i] = local.x;
                curves[1][i] = local.y;
                curves[2][i] = local.z;
                curves[3][i] = local.w;
            }
            var path = AnimationUtility.CalculateTransformPath(bone, root);
            for (var k = 0; k < 4; k++)
                Set(clip, path, typeof(Transform), RotationCurves[k], curves[k], rate);
        }

        private static Transform FindBone(GameObject character, Animator animator, HumanBodyBones bone, string plain)
        {
            var human = FaceSpace.Bone(animator, bone);
            if (human != null)
                return human;
            foreach (var child in character.GetComponentsInChildren<Transform>(true))
                if (ShapeMatch.Plain(child.name) == plain)
                    return child;
            return null;
        }

        private static void Set(AnimationClip clip, string path, System.Type type, string property, float[] values,
            float rate)
        {
            var keys = new List<Keyframe>(values.Length);
            for (var i = 0; i < values.Length; i++)
            {
                // Straight lines between frames: each key's tangents are the slopes to its neighbours.
                var before = i == 0 ? 0f : (values[i] - values[i - 1]) * rate;
                var after = i == values.Length - 1 ? 0f : (values[i + 1] - values[i]) * rate;
                keys.Add(new Keyframe(i / rate, values[i], before, after));
            }
            AnimationUtility.SetEditorCurve(clip, EditorCurveBinding.FloatCurve(path, type, property),
                new AnimationCurve(keys.ToArray()));
        }
    }
}
