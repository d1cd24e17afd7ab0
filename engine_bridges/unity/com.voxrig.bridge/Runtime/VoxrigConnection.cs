using System;
using UnityEngine;
using Voxrig.Core;

namespace Voxrig.Bridge
{
    /// <summary>
    /// The connection to a Voxrig server, shared by the characters of a scene. Tries again until the server is there.
    /// </summary>
    [AddComponentMenu("Voxrig/Voxrig Connection")]
    [DefaultExecutionOrder(-200)]
    [DisallowMultipleComponent]
    public sealed class VoxrigConnection : MonoBehaviour
    {
        [Tooltip("Name or address of the machine that runs `voxrig serve`.")]
        [SerializeField] private string host = "127.0.0.1";

        [Tooltip("The engine-link port of the server: its gRPC port + 1.")]
        [SerializeField] private int port = 52001;

        [Tooltip("For servers that ask for one (`voxrig token`); empty: none.")]
        [SerializeField] private string token = "";

        [Tooltip("The server speaks TLS (`voxrig serve --tls-cert`).")]
        [SerializeField] private bool tls;

        [Tooltip("SHA-256 of the server's certificate, for one that no authority has signed; empty: one has.")]
        [SerializeField] private string tlsFingerprint = "";

        [Tooltip("Seconds for which a lost connection is tried again while characters wait; 0: they begin anew.")]
        [SerializeField] private float resumeSeconds = 20f;

        [Tooltip("Seconds between two tries while the server is not there.")]
        [SerializeField] private float retrySeconds = 2f;

        private LinkClient client;
        private double nextTry;

        /// <summary>The server has answered; characters open their sessions now.</summary>
        public event Action Connected;

        /// <summary>The connection is gone, or could not be made: why. It is tried again by itself.</summary>
        public event Action<string> Lost;

        /// <summary>The client, for those who want more than the components do; null while there is none.</summary>
        public LinkClient Client { get { return client; } }

        /// <summary>Whether the server is there.</summary>
        public bool IsConnected { get { return client != null && client.IsReady; } }

        /// <summary>How it is, in words.</summary>
        public string Status { get; private set; } = "not started";

        /// <summary>The machine; set it, then call <see cref="Reconnect"/>.</summary>
        public string Host { get { return host; } set { host = value; } }

        /// <summary>The port; set it, then call <see cref="Reconnect"/>.</summary>
        public int Port { get { return port; } set { port = value; } }

        /// <summary>For servers that ask for one; set it, then call <see cref="Reconnect"/>.</summary>
        public string Token { get { return token; } set { token = value; } }

        /// <summary>One of the scene's, null where there is none.</summary>
        public static VoxrigConnection Find()
        {
#if UNITY_2023_1_OR_NEWER
            return FindFirstObjectByType<VoxrigConnection>();
#else
            return FindObjectOfType<VoxrigConnection>();
#endif
        }

        /// <summary>Drops the connection and makes another at once.</summary>
        public void Reconnect()
        {
            Drop();
            nextTry = 0.0;
        }

        private void OnDisable()
        {
            Drop();
            Status = "disabled";
        }

        private void Update()
        {
            if (client == null && VoxrigTime.Now >= nextTry)
                Connect();
            if (client != null)
                client.Poll();
        }

        private void Connect()
        {
            Status = "connecting to " + host + ":" + port;
            var options = new LinkOptions
            {
                Token = token, Tls = tls, TlsFingerprint = tlsFingerprint, ResumeSeconds = resumeSeconds
            };
            client = new LinkClient(host, port, "Unity " + Application.unityVersion + ", Voxrig bridge 0.1", () =>
                VoxrigTime.Now, options);
            client.Reconnecting += why => Status = "reconnecting: " + why;
            client.Reconnected += () => Status = "connected again to " + host + ":" + port;
            client.Ready += OnReady;
            client.Lost += OnLost;
            client.Failed += OnFailed;
        }

        private void Drop()
        {
            if (client == null)
                return;
            client.Dispose();
            client = null;
        }

        private void OnReady(ServerHello hello)
        {
            Status = "connected to Voxrig " + hello.Server + " at " + host + ":" + port;
            if (Connected != null)
                Connected();
        }

        private void OnLost(string why)
        {
            Drop();
            nextTry = VoxrigTime.Now + Math.Max(0.1f, retrySeconds);
            if (Status != why)
                Debug.LogWarning("Voxrig: " + why + ". Is `voxrig serve` running, and is this its engine-link port?",
                    this);
            Status = why;
            if (Lost != null)
                Lost(why);
        }

        private void OnFailed(uint session, LinkError error)
        {
            if (!error.HasSession)
                Debug.LogError("Voxrig: " + error.Message, this);
        }
    }
}
