using System;
using System.Collections.Generic;
using UnityEngine;
using Voxrig.Core;

namespace Voxrig.Bridge
{
    /// <summary>
    /// Moves the body of a character whose session has one: by its Humanoid's bones, or by bones with Unreal's names.
    /// </summary>
    /// <remarks>
    /// It learns how the bones rest when it is enabled: let the character stand in its T-pose or A-pose then, as before
    /// its Animator's first picture. Head and eyes are the <see cref="BoneDriver"/>'s.
    /// </remarks>
    [AddComponentMenu("Voxrig/Body Driver")]
    [DefaultExecutionOrder(100)]
    public sealed class BodyDriver : MonoBehaviour
    {
        private const float FadeSeconds = 0.3f; // from the Animator's pose to the first of the session's

        [Tooltip("Empty: the one here or above.")]
        [SerializeField] private VoxrigCharacter character;

        [Tooltip("What the body faces along the Z axis of at rest. Empty: the character's own transform.")]
        [SerializeField] private Transform facing;

        [Tooltip("How much of pelvis, spine and neck is Voxrig's; the rest is left to your animations.")]
        [Range(0f, 1f)]
        [SerializeField] private float torso = 1f;

        [Tooltip("How much of collarbones, arms and hands is Voxrig's.")]
        [Range(0f, 1f)]
        [SerializeField] private float arms = 1f;

        [Tooltip("How much of the fingers is Voxrig's.")]
        [Range(0f, 1f)]
        [SerializeField] private float fingers = 1f;

        [Tooltip("How much of the legs is Voxrig's: 0 for who walks.")]
        [Range(0f, 1f)]
        [SerializeField] private float legs = 1f;

        [Tooltip("Bones that are left to your animations altogether, such as a hand that holds something.")]
        [SerializeField] private Transform[] leave = new Transform[0];

        private readonly Dictionary<string, BodyBone> found = new Dictionary<string, BodyBone>();
        private readonly Dictionary<string, float> masks = new Dictionary<string, float>();
        private string[] names;
        private BodyBone[] bones;
        private BodyFit fit;
        private float shown;

        /// <summary>How much of a part is Voxrig's, 0 to 1; the rest is left to animations.</summary>
        public void SetWeight(BodyPart part, float weight)
        {
            weight = Math.Max(0f, Math.Min(1f, weight));
            if (part == BodyPart.Torso)
                torso = weight;
            else if (part == BodyPart.Arms)
                arms = weight;
            else if (part == BodyPart.Fingers)
                fingers = weight;
            else if (part == BodyPart.Legs)
                legs = weight;
        }

        /// <summary>
        /// How much of one bone is Voxrig's, 0 to 1 times its part's weight: by the protocol's name, "hand_r".
        /// </summary>
        public void SetMask(string bone, float weight)
        {
            masks[bone] = Math.Max(0f, Math.Min(1f, weight));
        }

        private void OnEnable()
        {
            if (character == null)
                character = GetComponentInParent<VoxrigCharacter>();
            if (found.Count > 0) // learnt once: later the character may stand in any way
                return;
            var root = facing != null ? facing : character != null ? character.transform : transform;
            var animator = GetComponentInChildren<Animator>();
            var byName = new Dictionary<string, Transform>();
            foreach (var one in root.GetComponentsInChildren<Transform>(true))
                byName[one.name.ToLowerInvariant()] = one;
            foreach (var name in BodyBones.Names)
            {
                var bone = Find(name, animator, byName);
                if (bone != null)
                    found[name] = new BodyBone(bone, root);
            }
            if (found.ContainsKey("neck_01") && !found.ContainsKey("neck_02")) // a neck of one bone takes both turns
            {
                found["neck_02"] = found["neck_01"];
                found.Remove("neck_01");
            }
            if (found.Count == 0)
                Debug.LogWarning("Voxrig: no body below " + this.name + ": make the avatar Humanoid, or give its bones "
                    + "Unreal's names (pelvis, spine_01, upperarm_l, ...)", this);
        }

        private void LateUpdate()
        {
            var player = character == null ? null : character.Player;
            var pose = player != null && player.HasBody ? player.Pose : null;
            shown = Mathf.MoveTowards(shown, pose == null ? 0f : 1f, Time.deltaTime / FadeSeconds);
            if (pose == null && (fit == null || shown <= 0f))
                return;
            if (pose != null && names != player.Bones)
                Fit(player.Bones);
            if (pose != null)
                fit.Update(pose, player.BonesAt);
            for (var k = 0; k < bones.Length; k++)
            {
                var weight = bones[k] == null ? 0f : shown * Weight(names[k]);
                if (weight > 0f)
                    bones[k].Put(fit.Local(k), weight);
            }
        }

        private void Fit(string[] announced)
        {
            names = announced;
            bones = new BodyBone[names.Length];
            var rest = new RestBone[names.Length];
            for (var k = 0; k < names.Length; k++)
            {
                if (!found.TryGetValue(names[k], out bones[k]))
                    continue;
                rest[k] = bones[k].Rest;
                if (Array.IndexOf(leave, bones[k].Transform) >= 0)
                    masks[names[k]] = 0f;
            }
            fit = new BodyFit(names, rest);
        }

        private float Weight(string name)
        {
            float mask;
            if (!masks.TryGetValue(name, out mask))
                mask = 1f;
            switch (BodyBones.Part(name))
            {
                case BodyPart.Torso: return mask * torso;
                case BodyPart.Arms: return mask * arms;
                case BodyPart.Fingers: return mask * fingers;
                case BodyPart.Legs: return mask * legs;
                default: return 0f;
            }
        }

        private static Transform Find(string name, Animator animator, Dictionary<string, Transform> byName)
        {
            HumanBodyBones human;
            if (animator != null && animator.isHuman)
                return Enum.TryParse(BodyBones.HumanName(name), out human) ? FaceSpace.Bone(animator, human) : null;
            Transform bone;
            return byName.TryGetValue(name, out bone) ? bone : null;
        }
    }
}
