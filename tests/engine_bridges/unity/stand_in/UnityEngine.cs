// Signatures of the part of UnityEngine that the package uses, as Unity 2021.3 documents them: the shell is compiled
// against them where there is no Unity. Nothing here does anything; it cannot be run.

using System;

namespace UnityEngine
{
    public class Object
    {
        public string name { get; set; }

        public static void Destroy(Object obj) { throw new NotImplementedException(); }

        public static T FindObjectOfType<T>() where T : Object { throw new NotImplementedException(); }

        // from 2021.3.18 on
        public static T FindFirstObjectByType<T>() where T : Object
        {
            throw new NotImplementedException();
        }

        public static bool operator ==(Object x, Object y) { throw new NotImplementedException(); }

        public static bool operator !=(Object x, Object y) { throw new NotImplementedException(); }

        public override bool Equals(object other) { throw new NotImplementedException(); }

        public override int GetHashCode() { throw new NotImplementedException(); }
    }

    public class Component : Object
    {
        public Transform transform { get { throw new NotImplementedException(); } }

        public GameObject gameObject { get { throw new NotImplementedException(); } }

        public T GetComponent<T>() { throw new NotImplementedException(); }

        public T GetComponentInChildren<T>() { throw new NotImplementedException(); }

        public T GetComponentInParent<T>() { throw new NotImplementedException(); }

        public T[] GetComponentsInChildren<T>(bool includeInactive) { throw new NotImplementedException(); }
    }

    public class Behaviour : Component
    {
        public bool enabled { get; set; }

        public bool isActiveAndEnabled { get { throw new NotImplementedException(); } }
    }

    public class MonoBehaviour : Behaviour
    {
    }

    public sealed class GameObject : Object
    {
        public GameObject(string name) { throw new NotImplementedException(); }

        public Transform transform { get { throw new NotImplementedException(); } }

        public T AddComponent<T>() where T : Component { throw new NotImplementedException(); }

        public T GetComponentInChildren<T>() { throw new NotImplementedException(); }

        public T[] GetComponentsInChildren<T>(bool includeInactive) { throw new NotImplementedException(); }
    }

    public class Transform : Component
    {
        public Transform parent { get; set; }

        public Vector3 position { get; set; }

        public Quaternion rotation { get; set; }

        public Quaternion localRotation { get; set; }
    }

    public struct Vector2
    {
    }

    public struct Vector3
    {
        public float x;
        public float y;
        public float z;

        public Vector3(float x, float y, float z)
        {
            this.x = x;
            this.y = y;
            this.z = z;
        }

        public float sqrMagnitude { get { throw new NotImplementedException(); } }

        public static Vector3 operator +(Vector3 a, Vector3 b) { throw new NotImplementedException(); }

        public static Vector3 operator -(Vector3 a, Vector3 b) { throw new NotImplementedException(); }

        public static Vector3 operator *(float d, Vector3 a) { throw new NotImplementedException(); }
    }

    public struct Quaternion
    {
        public float x;
        public float y;
        public float z;
        public float w;

        public Quaternion(float x, float y, float z, float w)
        {
            this.x = x;
            this.y = y;
            this.z = z;
            this.w = w;
        }

        public static Quaternion identity { get { throw new NotImplementedException(); } }

        public static Quaternion Slerp(Quaternion a, Quaternion b, float t) { throw new NotImplementedException(); }

        public static Quaternion Inverse(Quaternion rotation) { throw new NotImplementedException(); }

        public static Quaternion operator *(Quaternion lhs, Quaternion rhs) { throw new NotImplementedException(); }

        public static Vector3 operator *(Quaternion rotation, Vector3 point) { throw new NotImplementedException(); }
    }

    public struct Mathf
    {
        public static float MoveTowards(float current, float target, float maxDelta)
        {
            throw new NotImplementedException();
        }
    }

    public class Time
    {
        public static float deltaTime { get { throw new NotImplementedException(); } }
    }

    public class Application
    {
        public static string unityVersion { get { throw new NotImplementedException(); } }
    }

    public class Debug
    {
        public static void Log(object message) { throw new NotImplementedException(); }

        public static void LogWarning(object message, Object context) { throw new NotImplementedException(); }

        public static void LogError(object message, Object context) { throw new NotImplementedException(); }
    }

    public class Camera : Behaviour
    {
        public static Camera main { get { throw new NotImplementedException(); } }
    }

    public enum KeyCode
    {
        Space,
        I,
        J,
        L
    }

    public class Input
    {
        public static bool GetKeyDown(KeyCode key) { throw new NotImplementedException(); }
    }

    public class Renderer : Component
    {
    }

    public class SkinnedMeshRenderer : Renderer
    {
        public Mesh sharedMesh { get; set; }

        public void SetBlendShapeWeight(int index, float value) { throw new NotImplementedException(); }
    }

    public sealed class Mesh : Object
    {
        public int blendShapeCount { get { throw new NotImplementedException(); } }

        public string GetBlendShapeName(int shapeIndex) { throw new NotImplementedException(); }

        public int GetBlendShapeFrameCount(int shapeIndex) { throw new NotImplementedException(); }

        public float GetBlendShapeFrameWeight(int shapeIndex, int frameIndex) { throw new NotImplementedException(); }
    }

    public enum HumanBodyBones
    {
        Hips,
        LeftHand, // and many more, which the package finds by their names
        Head,
        LeftEye,
        RightEye
    }

    public class Animator : Behaviour
    {
        public bool isHuman { get { throw new NotImplementedException(); } }

        public Transform GetBoneTransform(HumanBodyBones humanBoneId) { throw new NotImplementedException(); }
    }

    public struct Keyframe
    {
        public Keyframe(float time, float value, float inTangent, float outTangent)
        {
            throw new NotImplementedException();
        }
    }

    public class AnimationCurve
    {
        public AnimationCurve(params Keyframe[] keys) { throw new NotImplementedException(); }
    }

    public sealed class AnimationClip : Object
    {
        public float frameRate { get; set; }

        public void EnsureQuaternionContinuity() { throw new NotImplementedException(); }
    }

    [AttributeUsage(AttributeTargets.Field)]
    public sealed class SerializeField : Attribute
    {
    }

    public abstract class PropertyAttribute : Attribute
    {
    }

    [AttributeUsage(AttributeTargets.Field)]
    public sealed class TooltipAttribute : PropertyAttribute
    {
        public TooltipAttribute(string tooltip) { }
    }

    [AttributeUsage(AttributeTargets.Field)]
    public sealed class RangeAttribute : PropertyAttribute
    {
        public RangeAttribute(float min, float max) { }
    }

    public sealed class AddComponentMenu : Attribute
    {
        public AddComponentMenu(string menuName) { }
    }

    [AttributeUsage(AttributeTargets.Class)]
    public sealed class DefaultExecutionOrder : Attribute
    {
        public DefaultExecutionOrder(int order) { }
    }

    [AttributeUsage(AttributeTargets.Class)]
    public sealed class DisallowMultipleComponent : Attribute
    {
    }

    [AttributeUsage(AttributeTargets.Class)]
    public sealed class RequireComponent : Attribute
    {
        public RequireComponent(Type requiredComponent) { }
    }
}
