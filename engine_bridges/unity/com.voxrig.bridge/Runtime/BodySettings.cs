using System;
using UnityEngine;
using Voxrig.Core;

namespace Voxrig.Bridge
{
    /// <summary>The body that a character's session is opened with.</summary>
    [Serializable]
    public sealed class BodySettings
    {
        /// <summary>Whether there is one.</summary>
        public enum Mode
        {
            /// <summary>As the server has it.</summary>
            Server,

            /// <summary>None is sent.</summary>
            Off,

            /// <summary>The parts that are chosen.</summary>
            On
        }

        [Tooltip("On: the session sends the body's bones, which a Body Driver moves.")]
        [SerializeField] private Mode body = Mode.Server;

        [SerializeField] private bool torso = true;
        [SerializeField] private bool arms = true;
        [SerializeField] private bool fingers = true;
        [SerializeField] private bool legs = true;

        [Tooltip("How much and how strongly it moves; 0 is usual.")]
        [Range(-1f, 1f)]
        [SerializeField] private float energy;

        [Tooltip("How far from the body its hands go.")]
        [Range(-1f, 1f)]
        [SerializeField] private float space;

        [Tooltip("How quickly it moves.")]
        [Range(-1f, 1f)]
        [SerializeField] private float rate;

        [Tooltip("How open its posture is.")]
        [Range(-1f, 1f)]
        [SerializeField] private float openness;

        [Tooltip("-1: left-handed, 1: right-handed.")]
        [Range(-1f, 1f)]
        [SerializeField] private float handedness;

        [SerializeField] private bool sitting;

        [Tooltip("Exchanges left and right.")]
        [SerializeField] private bool mirror;

        /// <summary>The option "body" as text; null where the server's own is taken.</summary>
        public string Text()
        {
            if (body != Mode.On)
                return body == Mode.Off ? "off" : null;
            var option = new BodyOption { Sits = sitting, Mirrors = mirror };
            if (!torso || !arms || !fingers || !legs)
            {
                Add(option, torso, BodyPart.Torso);
                Add(option, arms, BodyPart.Arms);
                Add(option, fingers, BodyPart.Fingers);
                Add(option, legs, BodyPart.Legs);
                if (option.Parts.Count == 0)
                    return "off";
            }
            option.Style.Set("energy", energy);
            option.Style.Set("space", space);
            option.Style.Set("rate", rate);
            option.Style.Set("openness", openness);
            option.Style.Set("handedness", handedness);
            return option.Text;
        }

        private static void Add(BodyOption option, bool wanted, BodyPart part)
        {
            if (wanted)
                option.Parts.Add(part);
        }
    }
}
