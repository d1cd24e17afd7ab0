using System;
using System.IO;
using UnityEditor;
using UnityEngine;
using Voxrig.Bridge;
using Voxrig.Core;

namespace Voxrig.BridgeEditor
{
    /// <summary>Window > Voxrig: tries the connection, lists a character's blend shapes, imports baked takes.</summary>
    public sealed class VoxrigWindow : EditorWindow
    {
        private const double PatienceSeconds = 6.0;

        private string host = "127.0.0.1";
        private int port = 52001;
        private string answer = "";
        private LinkClient client;
        private double askedAt;
        private GameObject character;
        private string shapes = "";
        private string takePath = "";
        private LiveLinkTake take;
        private float framesPerSecond = 60f;
        private Vector2 scroll;

        [MenuItem("Window/Voxrig")]
        private static void Open()
        {
            GetWindow<VoxrigWindow>("Voxrig");
        }

        private void OnDisable()
        {
            Drop();
        }

        private void OnGUI()
        {
            scroll = EditorGUILayout.BeginScrollView(scroll);
            EditorGUILayout.LabelField("Server", EditorStyles.boldLabel);
            host = EditorGUILayout.TextField("Host", host);
            port = EditorGUILayout.IntField("Engine-link port", port);
            if (GUILayout.Button("Test connection"))
                Test();
            if (answer.Length > 0)
                EditorGUILayout.HelpBox(answer, MessageType.Info);
            EditorGUILayout.Space();
            EditorGUILayout.LabelField("Character", EditorStyles.boldLabel);
            character = (GameObject)EditorGUILayout.ObjectField("Character", character, typeof(GameObject), true);
            if (character != null && GUILayout.Button("List blend shapes"))
                shapes = ShapeReport.Of(character);
            if (shapes.Length > 0)
                EditorGUILayout.HelpBox(shapes, MessageType.None);
            EditorGUILayout.Space();
            EditorGUILayout.LabelField("Baked take (voxrig bake speech.wav -o take.csv)", EditorStyles.boldLabel);
            if (GUILayout.Button(takePath.Length > 0 ? takePath : "Choose a Live Link CSV..."))
                Choose();
            framesPerSecond = EditorGUILayout.FloatField("Frames a second", framesPerSecond);
            if (take != null && character != null && GUILayout.Button("Make an animation clip"))
                MakeClip();
            EditorGUILayout.EndScrollView();
        }

        private void Update()
        {
            if (client == null)
                return;
            client.Poll();
            if (client != null && VoxrigTime.Now - askedAt > PatienceSeconds)
                Answer("no answer within " + PatienceSeconds + " s");
        }

        private void Test()
        {
            Drop();
            answer = "connecting ...";
            askedAt = VoxrigTime.Now;
            client = new LinkClient(host, port, "Unity editor " + Application.unityVersion, () => VoxrigTime.Now);
            client.Lost += why => Answer(why + "\nStart `voxrig serve`; the engine-link port is its gRPC port + 1.");
            client.Described += told =>
                Answer("Voxrig " + told.Version + "\nrigs: " + string.Join(", ", told.Rigs.ToArray())
                + "\nmodels: " + string.Join(", ", told.Models.ToArray())
                + "\nround trip: " + (1000.0 * client.Sync.RoundTrip).ToString("0.0") + " ms");
            client.Ponged += (id, seconds) => client.Describe();
            client.Ping();
        }

        private void Answer(string text)
        {
            answer = text;
            Drop();
            Repaint();
        }

        private void Drop()
        {
            if (client == null)
                return;
            client.Dispose();
            client = null;
        }

        private void Choose()
        {
            var path = EditorUtility.OpenFilePanel("Live Link CSV", "", "csv");
            if (string.IsNullOrEmpty(path))
                return;
            try
            {
                take = LiveLinkTake.Read(File.ReadAllText(path));
                takePath = path;
                framesPerSecond = take.FramesPerSecond;
            }
            catch (Exception error)
            {
                EditorUtility.DisplayDialog("Voxrig", Path.GetFileName(path) + ": " + error.Message, "OK");
            }
        }

        private void MakeClip()
        {
            var path = EditorUtility.SaveFilePanelInProject("Animation clip",
                Path.GetFileNameWithoutExtension(takePath), "anim", "");
            if (string.IsNullOrEmpty(path))
                return;
            AssetDatabase.CreateAsset(TakeClip.Make(take, framesPerSecond, character), path);
            AssetDatabase.SaveAssets();
        }
    }
}
