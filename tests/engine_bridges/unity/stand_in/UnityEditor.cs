// Signatures only: see UnityEngine.cs.

using System;
using UnityEngine;

namespace UnityEditor
{
    public class EditorWindow : ScriptableObject
    {
        public static T GetWindow<T>(string title) where T : EditorWindow { throw new NotImplementedException(); }

        public void Repaint() { throw new NotImplementedException(); }
    }

    [AttributeUsage(AttributeTargets.Method)]
    public sealed class MenuItem : Attribute
    {
        public MenuItem(string itemName) { }
    }

    public enum MessageType
    {
        None,
        Info
    }

    public sealed class EditorStyles
    {
        public static GUIStyle boldLabel { get { throw new NotImplementedException(); } }
    }

    public sealed class EditorGUILayout
    {
        public static Vector2 BeginScrollView(Vector2 scrollPosition, params GUILayoutOption[] options)
        {
            throw new NotImplementedException();
        }

        public static void EndScrollView() { throw new NotImplementedException(); }

        public static void LabelField(string label, GUIStyle style, params GUILayoutOption[] options)
        {
            throw new NotImplementedException();
        }

        public static string TextField(string label, string text, params GUILayoutOption[] options)
        {
            throw new NotImplementedException();
        }

        public static int IntField(string label, int value, params GUILayoutOption[] options)
        {
            throw new NotImplementedException();
        }

        public static float FloatField(string label, float value, params GUILayoutOption[] options)
        {
            throw new NotImplementedException();
        }

        public static void HelpBox(string message, MessageType type) { throw new NotImplementedException(); }

        public static void Space() { throw new NotImplementedException(); }

        public static UnityEngine.Object ObjectField(
            string label, UnityEngine.Object obj, Type objType, bool allowSceneObjects, params GUILayoutOption[] options)
        {
            throw new NotImplementedException();
        }
    }

    public class EditorUtility
    {
        public static string OpenFilePanel(string title, string directory, string extension)
        {
            throw new NotImplementedException();
        }

        public static string SaveFilePanelInProject(string title, string defaultName, string extension, string message)
        {
            throw new NotImplementedException();
        }

        public static bool DisplayDialog(string title, string message, string ok)
        {
            throw new NotImplementedException();
        }
    }

    public sealed class AssetDatabase
    {
        public static void CreateAsset(UnityEngine.Object asset, string path) { throw new NotImplementedException(); }

        public static void SaveAssets() { throw new NotImplementedException(); }
    }

    public struct EditorCurveBinding
    {
        public static EditorCurveBinding FloatCurve(string inPath, Type inType, string inPropertyName)
        {
            throw new NotImplementedException();
        }
    }

    public class AnimationUtility
    {
        public static string CalculateTransformPath(Transform targetTransform, Transform root)
        {
            throw new NotImplementedException();
        }

        public static void SetEditorCurve(AnimationClip clip, EditorCurveBinding binding, AnimationCurve curve)
        {
            throw new NotImplementedException();
        }
    }
}

namespace UnityEngine
{
    public class ScriptableObject : Object
    {
    }

    public sealed class GUIStyle
    {
    }

    public sealed class GUILayoutOption
    {
    }

    public class GUILayout
    {
        public static bool Button(string text, params GUILayoutOption[] options)
        {
            throw new NotImplementedException();
        }
    }
}
